using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Webhooks.Sqlite.Connections;

/// <summary>The file: opened on first use, one writer, any number of readers.</summary>
internal sealed class SqliteDatabase(SqliteStoreOptions options, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly SemaphoreSlim _compacting = new(1);
    private volatile OpenDatabase? _open;
    private long _compactionsAsked;
    private long _compactionsDone;
    private bool _disposed;

    /// <summary>How many transactions the writer has committed.</summary>
    public long CommitCount => _open?.Writer.CommitCount ?? 0;

    /// <summary>Opens the file and brings its tables up to date. Does nothing when that is done.</summary>
    /// <exception cref="WebhookStoreException">It cannot be used; the message says why.</exception>
    public async ValueTask<OpenDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        if (_open is { } alreadyOpen)
        {
            return alreadyOpen;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteWebhookStore));
            return _open ??= new DatabaseOpener(options, logger).Open();
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Explain(exception, new SqliteConnectionStringBuilder(options.ConnectionString).DataSource);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Writes; see <see cref="WriteQueue"/>.</summary>
    public async Task<T> WriteAsync<T>(Func<WriteSession, T> work, CancellationToken cancellationToken)
    {
        var database = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await database.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads; see <see cref="ReadPool"/>.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var database = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return database.Readers.Read(read);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Explain(exception, database.Path);
        }
    }

    /// <summary>
    /// Writes the file anew, without the bytes of what was deleted, and empties the log. Calls that come together share it.
    /// </summary>
    /// <exception cref="WebhookStoreException">It could not be done; it can be tried again.</exception>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var database = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var asked = Interlocked.Increment(ref _compactionsAsked);
        await _compacting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_compactionsDone < asked)
            {
                var covered = Volatile.Read(ref _compactionsAsked);
                await database.Writer.WriteAloneAsync(static session => session.Compact(), cancellationToken).ConfigureAwait(false);
                _compactionsDone = covered;
            }
        }
        finally
        {
            _compacting.Release();
        }
    }

    public void Dispose()
    {
        _opening.Wait();
        _disposed = true;
        _open?.Dispose();
        _opening.Release();
    }
}
