using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Schema;

/// <summary>Brings the tables to this library's version: step <c>n</c> of the list makes version <c>n</c> of version <c>n - 1</c>.</summary>
internal static class SchemaMigrations
{
    private static readonly string[] Steps =
    [
        "001_initial.sql", "002_endpoint_health.sql", "003_replays.sql", "004_cancel_reasons.sql",
        "005_ordered_endpoints.sql", "006_payload_retention.sql", "007_delay_and_expiry.sql", "008_at_most_once.sql",
        "009_sent_content.sql", "010_tests.sql",
    ];

    public static int CurrentVersion => Steps.Length;

    /// <summary>The version of the tables in a database: 0 when there are none.</summary>
    /// <exception cref="WebhookStoreException">The version is newer than this library's.</exception>
    public static int ReadVersion(SqliteSession session)
    {
        const string HasTable = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'webhook_schema'";
        if (session.ReadInt64(HasTable) == 0)
        {
            return 0;
        }

        var version = session.ReadInt64("SELECT max(version) FROM webhook_schema");
        return version <= CurrentVersion
            ? (int)version
            : throw new WebhookStoreException(
                $"The webhook tables in '{session.Path}' are of version {version}, but this version of Webhooks.Sqlite knows "
                + $"version {CurrentVersion} at most. Update Webhooks.Sqlite, or use another file. Nothing was changed.");
    }

    /// <summary>Does what is left to do, within the caller's transaction.</summary>
    public static void Apply(SqliteSession session)
    {
        var version = ReadVersion(session);
        if (version == 0)
        {
            session.Execute("CREATE TABLE webhook_schema (version INTEGER NOT NULL)");
            session.Execute("INSERT INTO webhook_schema (version) VALUES (0)");
        }

        foreach (var step in Steps.Skip(version))
        {
            session.Execute(ReadStep(step));
        }

        if (version < CurrentVersion)
        {
            session.Execute($"UPDATE webhook_schema SET version = {CurrentVersion}");
        }
    }

    private static string ReadStep(string name)
    {
        using var stream = typeof(SchemaMigrations).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
