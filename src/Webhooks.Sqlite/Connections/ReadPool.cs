using System.Collections.Concurrent;

namespace Webhooks.Sqlite.Connections;

/// <summary>Connections that only read. In WAL mode they see the last commit and never wait for the writer.</summary>
internal sealed class ReadPool(Func<SqliteSession> open) : IDisposable
{
    /// <summary>A few connections are kept for reuse; more are opened while more callers read at a time.</summary>
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads, on the caller's thread: SQLite knows no other way.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteWebhookStore));
        var session = _idle.TryTake(out var idle) ? idle : open();
        try
        {
            return read(session);
        }
        finally
        {
            Return(session);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Drain();
    }

    private void Return(SqliteSession session)
    {
        if (_idle.Count >= MaxIdle)
        {
            session.Dispose();
            return;
        }

        _idle.Add(session);
        if (_disposed)
        {
            Drain();
        }
    }

    private void Drain()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
