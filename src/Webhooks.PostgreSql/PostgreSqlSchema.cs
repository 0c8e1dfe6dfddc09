using System.Globalization;
using System.Text;

namespace Webhooks.PostgreSql;

/// <summary>The tables as SQL, for those who migrate their databases themselves.</summary>
public static class PostgreSqlSchema
{
    /// <summary>Step <c>n</c> of the list makes version <c>n</c> of version <c>n - 1</c>.</summary>
    private static readonly string[] Steps =
    [
        "001_initial.sql", "002_endpoint_health.sql", "003_replays.sql", "004_cancel_reasons.sql",
        "005_ordered_endpoints.sql", "006_payload_retention.sql", "007_delay_and_expiry.sql", "008_at_most_once.sql",
        "009_filters.sql", "010_sent_content.sql", "011_resend_ids.sql", "012_tests.sql",
    ];

    /// <summary>The version of the tables that this version of the package works with.</summary>
    public static int CurrentVersion => Steps.Length;

    /// <summary>
    /// The SQL, to be run in one transaction, that brings the tables to <see cref="CurrentVersion"/>: what the store runs at
    /// start unless <see cref="PostgreSqlStoreOptions.MigrateAtStart"/> is off.
    /// </summary>
    /// <param name="schema">See <see cref="PostgreSqlStoreOptions.Schema"/>.</param>
    /// <param name="fromVersion">The version that the database has; 0 for none.</param>
    /// <exception cref="WebhookValidationException">The schema is not a name that the store takes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public static string Script(string schema = "webhooks", int fromVersion = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromVersion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromVersion, CurrentVersion);
        if (!PostgreSqlStoreOptionsValidator.IsSchema(schema))
        {
            throw new WebhookValidationException(
                "schema", "name", schema, "is a name of 1 to 40 of a-z, 0-9 and '_' that starts with no digit.");
        }

        var script = new StringBuilder();
        if (fromVersion == 0)
        {
            script.Append(
                """
                CREATE SCHEMA IF NOT EXISTS {schema};
                CREATE TABLE {schema}.schema_version (version integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());

                """);
        }

        for (var version = fromVersion + 1; version <= CurrentVersion; version++)
        {
            script.Append(ReadStep(Steps[version - 1])).Append(
                CultureInfo.InvariantCulture, $"INSERT INTO {{schema}}.schema_version (version) VALUES ({version});\n");
        }

        return script.Replace("{schema}", $"\"{schema}\"").ToString();
    }

    private static string ReadStep(string name)
    {
        using var stream = typeof(PostgreSqlSchema).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
