using Microsoft.Extensions.Logging;
using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>The database: runs statements on pooled connections and explains what goes wrong.</summary>
internal sealed class PostgreSqlDatabase(
    NpgsqlDataSource dataSource, bool ownsDataSource, PostgreSqlStoreOptions options, ILogger logger) : IAsyncDisposable, IDisposable
{
    private const int MaxTries = 3;

    private readonly string _quotedSchema = $"\"{options.Schema}\"";
    /// <summary>
    /// Whether statements may be prepared behind our back. PostgreSQL would then keep a plan that was made while a table was
    /// small until its next statistics, and scan it when it has become large.
    /// </summary>
    private readonly bool _asksForFreshPlans = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).MaxAutoPrepare > 0;

    private readonly int _timeout = (int)options.CommandTimeout.TotalSeconds;
    private long _statementCount;

    public NpgsqlDataSource DataSource => dataSource;

    public PostgreSqlStoreOptions Options => options;

    public ILogger Logger => logger;

    /// <summary>The name that notifications of this store's tables carry.</summary>
    public string Channel { get; } = "webhooks:" + options.Schema;

    /// <summary>How many statements were sent.</summary>
    public long StatementCount => Interlocked.Read(ref _statementCount);

    /// <summary>Puts the schema's name into a text.</summary>
    public string Sql(string text) => text.Replace("{schema}", _quotedSchema, StringComparison.Ordinal);

    /// <summary>Makes a batch: statements that are sent together and are one transaction, unless there is one already.</summary>
    public NpgsqlBatch CreateBatch(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, params ReadOnlySpan<NpgsqlBatchCommand> statements)
    {
        var batch = new NpgsqlBatch(connection, transaction) { Timeout = _timeout };
        if (_asksForFreshPlans)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"));
        }

        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        Interlocked.Add(ref _statementCount, batch.BatchCommands.Count);
        return batch;
    }

    /// <summary>Runs a statement that nothing may stand beside in its transaction.</summary>
    public async Task ExecuteAloneAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = _timeout };
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(SqlExtensions.Statement(Sql(sql)));
            Interlocked.Increment(ref _statementCount);
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a batch.</summary>
    /// <returns>The rows, at the result of the first statement.</returns>
    public async Task<NpgsqlDataReader> ExecuteReaderAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var rows = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (_asksForFreshPlans)
        {
            await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        return rows;
    }

    /// <summary>Runs a statement and reads its rows.</summary>
    public async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        NpgsqlBatchCommand statement,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken)
    {
        var batch = CreateBatch(connection, transaction, statement);
        await using (batch.ConfigureAwait(false))
        {
            var rows = await ExecuteReaderAsync(batch, cancellationToken).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                var items = new List<T>();
                while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    items.Add(read(rows));
                }

                return items;
            }
        }
    }

    /// <summary>Runs a statement on a connection of its own and reads its rows.</summary>
    public Task<List<T>> ReadAsync<T>(
        NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(
            (connection, cancellation) => ReadAsync(connection, transaction: null, statement, read, cancellation),
            cancellationToken);

    /// <summary>Runs a statement on a connection of its own.</summary>
    /// <returns>How many rows it changed.</returns>
    public Task<int> ExecuteAsync(NpgsqlBatchCommand statement, CancellationToken cancellationToken) => RunAsync(
        async (connection, cancellation) =>
        {
            var batch = CreateBatch(connection, transaction: null, statement);
            await using (batch.ConfigureAwait(false))
            {
                return await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>
    /// Runs work on a connection, again if it was rolled back for the sake of another transaction.
    /// </summary>
    /// <exception cref="WebhookStoreException">The database failed; the message says how.</exception>
    public async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await RunOnceAsync(work, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception) when (tries < MaxTries && PostgreSqlErrors.IsRolledBack(exception))
                {
                    // The next try meets another timing.
                }
            }
        }
        catch (Exception exception) when (PostgreSqlErrors.IsOfDatabase(exception))
        {
            throw PostgreSqlErrors.Explain(exception, options.Schema);
        }
    }

    /// <summary>Runs work on a connection and passes the database's own exceptions on.</summary>
    public async Task<T> RunOnceAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                return await work(connection, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (PostgreSqlErrors.IsReadOnly(exception))
            {
                // After a failover: connections to what is now a standby must not be used again.
                dataSource.Clear();
                throw;
            }
            catch (Exception exception) when (PostgreSqlErrors.IsBroken(exception, connection))
            {
                throw new NpgsqlException("The connection broke.", exception);
            }
        }
    }

    public ValueTask DisposeAsync() => ownsDataSource ? dataSource.DisposeAsync() : ValueTask.CompletedTask;

    public void Dispose()
    {
        if (ownsDataSource)
        {
            dataSource.Dispose();
        }
    }
}
