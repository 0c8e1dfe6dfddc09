using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Partitions;

namespace Webhooks.PostgreSql.Retention;

/// <summary>
/// Drops partitions without stopping anybody: each is first detached concurrently, which waits for the transactions that may
/// use it but keeps no other waiting, and is then a table that nobody knows of.
/// </summary>
internal sealed class PartitionDropper(PostgreSqlDatabase database)
{
    private const int Portion = 5_000;

    /// <summary>Tables that were partitions, left by somebody who was broken off between the two steps.</summary>
    private const string LeftOversSql =
        """
        SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind = 'r' AND NOT c.relispartition AND c.relname ~ '^(messages|deliveries|attempts)_[0-9]{10}$'
        """;

    private const string IdsSql =
        """
        DELETE FROM {schema}.message_ids WHERE (tenant_id, kind, value) IN (
          SELECT tenant_id, kind, value FROM {schema}.message_ids WHERE message_key >= $1 AND message_key < $2 LIMIT $3)
        """;

    /// <summary>Finishes what was broken off.</summary>
    public async Task FinishAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var partitions = await PartitionCatalog.ReadAsync(database, connection, transaction: null, cancellationToken).ConfigureAwait(false);
        foreach (var partition in partitions.Where(static partition => partition.IsDetaching))
        {
            await database.ExecuteAloneAsync(
                connection,
                $"ALTER TABLE {{schema}}.{partition.Table} DETACH PARTITION {{schema}}.{partition.Name} FINALIZE",
                cancellationToken).ConfigureAwait(false);
        }

        var leftOvers = await database.ReadAsync(
            connection,
            transaction: null,
            SqlExtensions.Statement(LeftOversSql).WithText(database.Options.Schema),
            static row => row.GetString(0),
            cancellationToken).ConfigureAwait(false);
        foreach (var table in leftOvers)
        {
            await database.ExecuteAloneAsync(connection, $"DROP TABLE IF EXISTS {{schema}}.{table}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Drops a partition, and the ids of its messages.</summary>
    /// <returns>1, for something done.</returns>
    public async Task<int> DropAsync(NpgsqlConnection connection, Partition partition, CancellationToken cancellationToken)
    {
        await database.ExecuteAloneAsync(
            connection,
            $"ALTER TABLE {{schema}}.{partition.Table} DETACH PARTITION {{schema}}.{partition.Name} CONCURRENTLY",
            cancellationToken).ConfigureAwait(false);
        await database.ExecuteAloneAsync(connection, $"DROP TABLE {{schema}}.{partition.Name}", cancellationToken).ConfigureAwait(false);
        if (partition.Table is "messages")
        {
            while (await DeleteIdsAsync(connection, partition.Range, cancellationToken).ConfigureAwait(false) > 0)
            {
            }
        }

        return 1;
    }

    private async Task<int> DeleteIdsAsync(NpgsqlConnection connection, PartitionRange range, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(database.Sql(IdsSql))
            .WithKey(range.FirstKey)
            .WithKey(range.EndKey)
            .WithInt(Portion);
        var batch = database.CreateBatch(connection, transaction: null, statement);
        await using (batch.ConfigureAwait(false))
        {
            return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
