using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>The database: runs statements on pooled connections and explains what goes wrong.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// Lets PostgreSQL read a page by the index that has its order. By default it reads all rows that match, and sorts them, wherever it
    /// expects few: the backlog of an endpoint with more than the average.
    /// </summary>
    public const string InOrderSql = "SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)";

    private const int MaxTries = 3;

    private readonly NpgsqlDataSource _dataSource;
    private readonly bool _ownsDataSource;
    private readonly SessionPool _sessions;
    private readonly string _quotedSchema;

    /// <summary>
    /// Whether statements may be prepared behind our back. PostgreSQL would then keep a plan that was made while a table was
    /// small until its next statistics, and scan it when it has become large.
    /// </summary>
    private readonly bool _asksForFreshPlans;

    private long _statementCount;

    public PostgreSqlDatabase(NpgsqlDataSource dataSource, bool ownsDataSource, PostgreSqlStoreOptions options, ILogger logger)
    {
        _dataSource = dataSource;
        _ownsDataSource = ownsDataSource;
        _quotedSchema = $"\"{options.Schema}\"";
        _asksForFreshPlans = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).MaxAutoPrepare > 0;
        _sessions = new SessionPool(this, dataSource);
        Options = options;
        Logger = logger;
        Channel = "webhooks:" + options.Schema;
        Timeout = (int)options.CommandTimeout.TotalSeconds;
    }

    public NpgsqlDataSource DataSource => _dataSource;

    public PostgreSqlStoreOptions Options { get; }

    public ILogger Logger { get; }

    /// <summary>In seconds.</summary>
    public int Timeout { get; }

    /// <summary>The name that notifications of this store's tables carry.</summary>
    public string Channel { get; }

    /// <summary>How many statements were sent.</summary>
    public long StatementCount => Interlocked.Read(ref _statementCount);

    /// <summary>Counts a statement that is sent.</summary>
    public void Count(int statements = 1) => Interlocked.Add(ref _statementCount, statements);

    /// <summary>Puts the schema's name into a text.</summary>
    public string Sql(string text) => text.Replace("{schema}", _quotedSchema, StringComparison.Ordinal);

    /// <summary>Makes a batch: statements that are sent together and are one transaction, unless there is one already.</summary>
    public NpgsqlBatch CreateBatch(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, params ReadOnlySpan<NpgsqlBatchCommand> statements)
    {
        var batch = new NpgsqlBatch(connection, transaction) { Timeout = Timeout };
        if (_asksForFreshPlans)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"));
        }

        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        Count(batch.BatchCommands.Count);
        return batch;
    }

    /// <summary>Runs a statement that nothing may stand beside in its transaction.</summary>
    public async Task ExecuteAloneAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = Timeout };
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(SqlExtensions.Statement(Sql(sql)));
            Count();
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
                return await ReadAllAsync(rows, read, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs a statement of a page, on a connection of its own, and reads its rows in the order of an index.</summary>
    public Task<List<T>> ReadInOrderAsync<T>(
        NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, cancellation) =>
            {
                var batch = CreateBatch(connection, transaction: null, SqlExtensions.Statement(InOrderSql), statement);
                await using (batch.ConfigureAwait(false))
                {
                    var rows = await ExecuteReaderAsync(batch, cancellation).ConfigureAwait(false);
                    await using (rows.ConfigureAwait(false))
                    {
                        await rows.NextResultAsync(cancellation).ConfigureAwait(false);
                        return await ReadAllAsync(rows, read, cancellation).ConfigureAwait(false);
                    }
                }
            },
            cancellationToken);

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
    public Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RetryAsync(() => RunOnceAsync(work, cancellationToken));

    /// <summary>Runs work on a connection and passes the database's own exceptions on.</summary>
    public async Task<T> RunOnceAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await GuardAsync(connection, () => work(connection, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>Runs work on a session, as <see cref="RunAsync"/> does on a connection.</summary>
    /// <exception cref="WebhookStoreException">The database failed; the message says how.</exception>
    public Task<T> RunOnSessionAsync<T>(Func<Session, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RetryAsync(() => RunOnceOnSessionAsync(work, cancellationToken));

    /// <summary>Runs work on a session and passes the database's own exceptions on.</summary>
    public async Task<T> RunOnceOnSessionAsync<T>(
        Func<Session, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var session = await _sessions.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GuardAsync(session.Connection, () => work(session, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            await _sessions.ReturnAsync(session).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync().ConfigureAwait(false);
        if (_ownsDataSource)
        {
            await _dataSource.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _sessions.Dispose();
        if (_ownsDataSource)
        {
            _dataSource.Dispose();
        }
    }

    private static async Task<List<T>> ReadAllAsync<T>(
        NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            items.Add(read(rows));
        }

        return items;
    }

    private async Task<T> RetryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await work().ConfigureAwait(false);
                }
                catch (Exception exception) when (tries < MaxTries && PostgreSqlErrors.IsRolledBack(exception))
                {
                    // The next try meets another timing.
                }
            }
        }
        catch (Exception exception) when (PostgreSqlErrors.IsOfDatabase(exception))
        {
            throw PostgreSqlErrors.Explain(exception, Options.Schema);
        }
    }

    private async Task<T> GuardAsync<T>(NpgsqlConnection connection, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (PostgresException exception) when (PostgreSqlErrors.IsReadOnly(exception))
        {
            // After a failover: connections to what is now a standby must not be used again.
            _dataSource.Clear();
            await _sessions.ClearAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception exception) when (connection.State != ConnectionState.Open)
        {
            // The others are likely to be as dead.
            await _sessions.ClearAsync().ConfigureAwait(false);
            if (PostgreSqlErrors.IsBroken(exception, connection))
            {
                throw new NpgsqlException("The connection broke.", exception);
            }

            throw;
        }
        catch (Exception exception) when (PostgreSqlErrors.IsBroken(exception, connection))
        {
            throw new NpgsqlException("The connection broke.", exception);
        }
    }
}
