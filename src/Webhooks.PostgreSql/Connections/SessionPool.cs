using System.Data;
using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>
/// Keeps a few sessions of the connection pool. A connection that goes back to the pool is reset, which costs a statement and
/// its plans.
/// </summary>
internal sealed class SessionPool(PostgreSqlDatabase database, NpgsqlDataSource dataSource) : IAsyncDisposable, IDisposable
{
    /// <summary>One for appends, one for outcomes, one for claims.</summary>
    private const int MaxKept = 3;

    /// <summary>A small pool has none to spare.</summary>
    private readonly int _maxKept =
        Math.Min(MaxKept, new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).MaxPoolSize / 10);

    private readonly Lock _lock = new();
    private readonly Stack<Session> _free = [];
    private int _generation;
    private bool _isDisposed;

    /// <summary>Takes a session; <see cref="ReturnAsync"/> gives it back.</summary>
    public async Task<Session> TakeAsync(CancellationToken cancellationToken)
    {
        int generation;
        lock (_lock)
        {
            if (_free.TryPop(out var free))
            {
                return free;
            }

            generation = _generation;
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var session = new Session(database, connection) { Generation = generation };
        try
        {
            await session.ConfigureAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gives a session back, which is kept if it can be used again.</summary>
    public async ValueTask ReturnAsync(Session session)
    {
        lock (_lock)
        {
            if (!_isDisposed
                && session.Generation == _generation
                && session.Connection.State == ConnectionState.Open
                && _free.Count < _maxKept)
            {
                _free.Push(session);
                return;
            }
        }

        await session.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives up every session that was opened so far.</summary>
    public async ValueTask ClearAsync()
    {
        foreach (var session in TakeAll(isLast: false))
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in TakeAll(isLast: true))
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (var session in TakeAll(isLast: true))
        {
            session.Connection.Dispose();
        }
    }

    private Session[] TakeAll(bool isLast)
    {
        lock (_lock)
        {
            Session[] all = [.. _free];
            _free.Clear();
            _generation++;
            _isDisposed |= isLast;
            return all;
        }
    }
}
