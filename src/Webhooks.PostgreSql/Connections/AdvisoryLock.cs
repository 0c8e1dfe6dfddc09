using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>Locks by name, one set for each schema, that are held until the transaction ends.</summary>
internal static class AdvisoryLock
{
    private const string Key = "hashtextextended($1, 0)";

    /// <summary>Waits for the lock.</summary>
    public static NpgsqlBatchCommand Take(PostgreSqlDatabase database, string name) =>
        SqlExtensions.Statement($"SELECT pg_advisory_xact_lock({Key})").WithText(FullName(database, name));

    /// <summary>The text whose hash the lock is taken on.</summary>
    public static string FullName(PostgreSqlDatabase database, string name) => $"{database.Channel}:{name}";
}
