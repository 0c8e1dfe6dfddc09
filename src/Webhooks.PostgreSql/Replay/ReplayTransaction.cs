using Npgsql;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Replay;

/// <summary>The transaction of a turn or of a single resend, on a session: its plans read no table from end to end.</summary>
internal sealed record ReplayTransaction(
    PostgreSqlDatabase Database, NpgsqlConnection Connection, NpgsqlTransaction Transaction, CancellationToken CancellationToken)
{
    /// <summary>Runs work in a transaction, again if it was rolled back for the sake of another.</summary>
    public static Task<T> RunAsync<T>(
        PostgreSqlDatabase database, Func<ReplayTransaction, Task<T>> work, CancellationToken cancellationToken) =>
        database.RunOnSessionAsync(
            async (session, cancellation) =>
            {
                var transaction = await session.Connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var result = await work(new ReplayTransaction(database, session.Connection, transaction, cancellation)).ConfigureAwait(false);
                    await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                    return result;
                }
            },
            cancellationToken);

    public Task<List<T>> ReadAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read) =>
        Database.ReadAsync(Connection, Transaction, statement, read, CancellationToken);
}
