using Npgsql;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Schema;

/// <summary>Brings the tables to this package's version, or makes sure that they have it.</summary>
internal sealed class Migrator(PostgreSqlDatabase database)
{
    /// <summary>The catalog's tables are read: to_regclass may remember, across the lock, that there was nothing.</summary>
    private const string HasSchemaSql = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)";

    private const string HasTablesSql =
        """
        SELECT EXISTS (
          SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'schema_version')
        """;

    private const string VersionSql = "SELECT max(version) FROM {schema}.schema_version";

    private string Schema => database.Options.Schema;

    /// <exception cref="WebhookStoreException">The tables have a newer version, or an older one and may not be migrated.</exception>
    public Task<int> RunAsync(CancellationToken cancellationToken) => database.RunAsync(MigrateAsync, cancellationToken);

    private async Task<int> MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ReadVersionAsync(connection, transaction: null, cancellationToken).ConfigureAwait(false) is { } current
            && Check(current))
        {
            return current;
        }

        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Of several that start at once one migrates; the others wait here and find it done.
            await database.ReadAsync(
                connection, transaction, AdvisoryLock.Take(database, "migration"), static _ => 0, cancellationToken).ConfigureAwait(false);
            var version = await ReadVersionAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
            if (version < PostgreSqlSchema.CurrentVersion)
            {
                await ApplyAsync(connection, transaction, version.Value, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        return PostgreSqlSchema.CurrentVersion;
    }

    /// <returns>Whether there is nothing to do.</returns>
    private bool Check(int version)
    {
        if (version > PostgreSqlSchema.CurrentVersion)
        {
            throw new WebhookStoreException(
                $"The webhook tables of schema '{Schema}' are of version {version}, but this version of Webhooks.PostgreSql knows "
                + $"version {PostgreSqlSchema.CurrentVersion} at most. Update Webhooks.PostgreSql, or use another schema. Nothing was changed.");
        }

        if (version < PostgreSqlSchema.CurrentVersion && !database.Options.MigrateAtStart)
        {
            throw new WebhookStoreException(
                $"The webhook tables of schema '{Schema}' are {(version == 0 ? "missing" : $"of version {version}")}, and MigrateAtStart "
                + $"is off. Run the SQL of PostgreSqlSchema.Script(\"{Schema}\", {version}), or switch MigrateAtStart on.");
        }

        return version == PostgreSqlSchema.CurrentVersion;
    }

    private async Task<int?> ReadVersionAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        if (!await IsTrueAsync(connection, transaction, HasTablesSql, cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var version = SqlExtensions.Statement(database.Sql(VersionSql));
        return (await database.ReadAsync(
            connection, transaction, version, static row => row.NullableInt(0), cancellationToken).ConfigureAwait(false))[0] ?? 0;
    }

    private async Task ApplyAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int version, CancellationToken cancellationToken)
    {
        var script = PostgreSqlSchema.Script(Schema, version);
        foreach (var statement in script.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A role may lack the right to make the schema, even if it is there.
            if (statement.StartsWith("CREATE SCHEMA", StringComparison.Ordinal)
                && await IsTrueAsync(connection, transaction, HasSchemaSql, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            var batch = database.CreateBatch(connection, transaction, SqlExtensions.Statement(statement));
            await using (batch.ConfigureAwait(false))
            {
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> IsTrueAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            connection,
            transaction,
            SqlExtensions.Statement(sql).WithText(Schema),
            static row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false))[0];
}
