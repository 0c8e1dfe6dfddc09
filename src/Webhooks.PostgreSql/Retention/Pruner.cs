using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Retention;

/// <summary>
/// Removes what is old. Partitions of which everything is old are dropped whole; within the others rows are deleted, if the
/// partition is small: a large one waits until it can be dropped. One instance does it at a time.
/// </summary>
internal sealed class Pruner(PostgreSqlDatabase database, PartitionMaker maker)
{
    /// <summary>From this size on, a partition's rows are not deleted one by one: that would cost more than writing them did.</summary>
    internal const long LargeBytes = 64 * 1024 * 1024;

    private readonly RowPruner _rows = new(database);
    private readonly PartitionDropper _dropper = new(database);

    public Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken) => database.RunAsync(
        async (connection, cancellation) =>
        {
            var gate = await SessionLock.TryTakeAsync(database, connection, "retention", cancellation).ConfigureAwait(false);
            if (gate is null)
            {
                return 0;
            }

            await using (gate.ConfigureAwait(false))
            {
                return await PruneAsync(connection, request, cancellation).ConfigureAwait(false);
            }
        },
        cancellationToken);

    private async Task<int> PruneAsync(NpgsqlConnection connection, PruneRequest request, CancellationToken cancellationToken)
    {
        await _dropper.FinishAsync(connection, cancellationToken).ConfigureAwait(false);
        var partitions = await PartitionCatalog.ReadAsync(database, connection, transaction: null, cancellationToken).ConfigureAwait(false);
        var (messages, attempts) = (0, 0);
        foreach (var partition in partitions.OrderBy(static partition => partition.Range.Start))
        {
            if (IsOld(partition, request) && await _rows.CanDropAsync(connection, partition, request, cancellationToken).ConfigureAwait(false))
            {
                // Nobody counts the rows of a partition that is dropped; it is something that was done.
                messages += await _dropper.DropAsync(connection, partition, cancellationToken).ConfigureAwait(false);
                maker.Forget();
            }
            else if (partition.Table is "messages" && messages < request.Limit && WantsRowsRemoved(partition, request))
            {
                messages += await _rows.PruneMessagesAsync(
                    connection, partition, request.MessagesBefore, request.Limit - messages, cancellationToken).ConfigureAwait(false);
            }
            else if (partition.Table is "attempts" && attempts < request.Limit && partition.Size < LargeBytes)
            {
                attempts += await _rows.PruneAttemptsAsync(
                    connection, partition, request.AttemptsBefore, request.Limit - attempts, cancellationToken).ConfigureAwait(false);
            }
        }

        return messages + attempts;
    }

    /// <summary>Whether all rows are old, by the times that their keys may have.</summary>
    private static bool IsOld(Partition partition, PruneRequest request) =>
        partition.Range.EndTime + KeyTime.Slack <= request.MessagesBefore
        || (partition.Table is "attempts" && partition.Size >= LargeBytes && partition.Range.EndTime <= request.AttemptsBefore);

    /// <summary>A large partition loses single rows only when it cannot be dropped because some of its messages are pending.</summary>
    private static bool WantsRowsRemoved(Partition partition, PruneRequest request) =>
        DateTimeOffset.FromUnixTimeMilliseconds(partition.Range.Start) - KeyTime.Slack <= request.MessagesBefore
        && (partition.Size < LargeBytes || IsOld(partition, request));
}
