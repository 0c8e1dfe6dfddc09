using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>Locks by name, one set for each schema, that are held until the transaction ends.</summary>
internal static class AdvisoryLock
{
    private const string Key = "hashtextextended($1, 0)";

    /// <summary>Waits for the lock.</summary>
    public static NpgsqlBatchCommand Take(PostgreSqlDatabase database, string name) =>
        SqlExtensions.Statement($"SELECT pg_advisory_xact_lock({Key})").WithText(FullName(database, name));

    /// <summary>Takes the lock if it is free.</summary>
    public static async Task<bool> TryTakeAsync(
        PostgreSqlDatabase database,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string name,
        CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement($"SELECT pg_try_advisory_xact_lock({Key})").WithText(FullName(database, name));
        var rows = await database.ReadAsync(
            connection, transaction, statement, static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    private static string FullName(PostgreSqlDatabase database, string name) => $"{database.Channel}:{name}";
}
