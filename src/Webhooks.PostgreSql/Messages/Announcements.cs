using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// Stores announcements in the transaction of what they tell of. Where there is nothing to announce, a statement is run by itself, as if
/// this were not there.
/// </summary>
internal sealed class Announcements(PostgreSqlDatabase database, PartitionMaker partitions, MessageAppender appender)
{
    /// <summary>Runs a statement that returns a row if it has changed something, and stores the announcement if it has.</summary>
    public Task<List<T>> ReadAsync<T>(
        WebhookMessage? announcement, NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        WebhookMessage[] announcements = announcement is null ? [] : [announcement];
        return database.RunAsync(
            (connection, cancellation) => RunAsync(
                connection,
                announcements,
                transaction => database.ReadAsync(connection, transaction, statement, read, cancellation),
                rows => rows.Count > 0 ? announcements : [],
                cancellation),
            cancellationToken);
    }

    /// <summary>Runs a statement, and stores the announcements of what it has changed.</summary>
    /// <param name="connection">A connection without a transaction.</param>
    /// <param name="announcements">All that there may be.</param>
    /// <param name="run">Runs the statement, in the transaction or, where that is null, by itself.</param>
    /// <param name="find">Finds the announcements of what has changed.</param>
    /// <param name="cancellationToken">Ends the call; nothing is done then.</param>
    public async Task<T> RunAsync<T>(
        NpgsqlConnection connection,
        IReadOnlyList<WebhookMessage> announcements,
        Func<NpgsqlTransaction?, Task<T>> run,
        Func<T, IReadOnlyList<WebhookMessage>> find,
        CancellationToken cancellationToken)
    {
        if (announcements.Count == 0)
        {
            return await run(null).ConfigureAwait(false);
        }

        // Before the transaction: to make a partition must not wait for what the transaction has locked.
        await partitions.EnsureAsync(
            announcements.Select(static message => message.CreatedAt.ToUnixTimeMilliseconds()), cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var changed = await run(transaction).ConfigureAwait(false);
            if (find(changed) is { Count: > 0 } messages)
            {
                await appender.AppendAsync(messages, connection, transaction, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return changed;
        }
    }
}
