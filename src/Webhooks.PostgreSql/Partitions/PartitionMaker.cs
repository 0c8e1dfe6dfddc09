using System.Collections.Immutable;
using Npgsql;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Partitions;

/// <summary>
/// Makes partitions: ahead of time by maintenance, or at once where a row would have none. It remembers which there are, so
/// that a write costs no query.
/// </summary>
/// <remarks>
/// There is no default partition: PostgreSQL detaches none of its siblings without stopping everybody who writes. A new
/// partition is made as a table of its own and then attached, which takes no lock that a reader or writer would meet.
/// </remarks>
internal sealed class PartitionMaker(PostgreSqlDatabase database) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private ImmutableArray<PartitionRange> _known = [];

    public void Dispose() => _making.Dispose();

    /// <summary>Makes sure that rows of these times have partitions. Does nothing where they are known to have.</summary>
    /// <param name="times">Unix milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Exception">Whatever the database says.</exception>
    public async ValueTask EnsureAsync(IEnumerable<long> times, CancellationToken cancellationToken)
    {
        List<long>? missing = null;
        foreach (var time in times)
        {
            if (!IsKnown(time))
            {
                (missing ??= []).Add(time);
            }
        }

        if (missing is null)
        {
            return;
        }

        await _making.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await database.RunOnceAsync(
                async (connection, cancellation) =>
                {
                    await MakeAsync(connection, missing, cancellation).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>Forgets which partitions there are, after one was found missing or was dropped.</summary>
    public void Forget() => _known = [];

    private bool IsKnown(long time)
    {
        foreach (var range in _known)
        {
            if (range.Contains(time))
            {
                return true;
            }
        }

        return false;
    }

    private async Task MakeAsync(NpgsqlConnection connection, List<long> times, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await database.ReadAsync(
                connection, transaction, AdvisoryLock.Take(database, "partitions"), static _ => 0, cancellationToken).ConfigureAwait(false);
            var partitions = await PartitionCatalog.ReadAsync(database, connection, transaction, cancellationToken).ConfigureAwait(false);
            var ranges = PartitionCatalog.Tables.ToDictionary(
                table => table,
                table => partitions.Where(partition => string.Equals(partition.Table, table, StringComparison.Ordinal)).Select(partition => partition.Range).ToList(),
                StringComparer.Ordinal);
            foreach (var table in PartitionCatalog.Tables)
            {
                await MakeAsync(connection, transaction, table, ranges[table], times, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

            // Known is what all tables have.
            _known = [.. ranges[PartitionCatalog.Tables[0]].Where(range => ranges.Values.All(table => table.Contains(range)))];
        }
    }

    private async Task MakeAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string table,
        List<PartitionRange> ranges,
        List<long> times,
        CancellationToken cancellationToken)
    {
        foreach (var time in times)
        {
            if (ranges.Exists(range => range.Contains(time)))
            {
                continue;
            }

            var range = PartitionRange.Around(time, database.Options.PartitionLength).Beside(ranges, time);
            var parent = database.Sql($"{{schema}}.{table}");
            var partition = $"{parent}_{range.Suffix}";
            var sql =
                $"""
                DROP TABLE IF EXISTS {partition};
                CREATE TABLE {partition} (LIKE {parent} INCLUDING ALL);
                ALTER TABLE {parent} ATTACH PARTITION {partition} FOR VALUES FROM ('{range.FirstKey}') TO ('{range.EndKey}')
                """;
            foreach (var statement in sql.Split(';'))
            {
                var batch = database.CreateBatch(connection, transaction, SqlExtensions.Statement(statement));
                await using (batch.ConfigureAwait(false))
                {
                    await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            ranges.Add(range);
        }
    }
}
