using System.Threading.Channels;

namespace Webhooks.Sqlite.Connections;

/// <summary>
/// The one writer: a thread that takes whatever is queued, does it in one transaction and then tells the callers. While it
/// waits for the disk the next group forms behind it; an operation that comes alone waits for nobody.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>More callers than these wait for a place.</summary>
    private const int Capacity = 1_024;

    /// <summary>Wakes the thread from the caller's, so that it depends on no free thread of the pool.</summary>
    private readonly Channel<WriteOperation> _operations = Channel.CreateBounded<WriteOperation>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly WriteSession _session;
    private readonly Thread _thread;
    private long _commitCount;

    /// <summary>Starts the thread.</summary>
    /// <param name="session">The connection, owned by the queue from now on.</param>
    public WriteQueue(WriteSession session)
    {
        _session = session;
        _thread = new Thread(Run) { IsBackground = true, Name = "Webhooks.Sqlite writer" };
        _thread.Start();
    }

    /// <summary>How many transactions were committed.</summary>
    public long CommitCount => Interlocked.Read(ref _commitCount);

    /// <summary>Has something done.</summary>
    /// <param name="work">The work; what it throws undoes this work alone.</param>
    /// <param name="cancellationToken">Withdraws it, as long as the writer has not taken it up.</param>
    /// <exception cref="WebhookStoreException">Nothing was done, for a reason that the message tells.</exception>
    public Task<T> WriteAsync<T>(Func<WriteSession, T> work, CancellationToken cancellationToken) =>
        WriteAsync(new WriteOperation<T>(work), cancellationToken);

    /// <summary>Has something done outside of a transaction.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Withdraws it, as long as the writer has not taken it up.</param>
    /// <exception cref="WebhookStoreException">It could not be done, for a reason that the message tells.</exception>
    public Task WriteAloneAsync(Action<WriteSession> work, CancellationToken cancellationToken) => WriteAsync(
        new WriteOperation<bool>(session =>
        {
            work(session);
            return true;
        })
        {
            IsAlone = true,
        },
        cancellationToken);

    /// <summary>Does what is queued, then stops and closes the connection.</summary>
    public void Dispose()
    {
        _operations.Writer.TryComplete();
        _thread.Join();
    }

    private async Task<T> WriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        try
        {
            await _operations.Writer.WriteAsync(operation, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException($"The {nameof(SqliteWebhookStore)} was disposed.", exception);
        }

        await using var registration = cancellationToken.UnsafeRegister(
            (state, token) => ((WriteOperation<T>)state!).Withdraw(token), operation).ConfigureAwait(false);
        return await operation.Done.ConfigureAwait(false);
    }

    private void Run()
    {
        var group = new List<WriteOperation>();
        while (WaitForOperations())
        {
            WriteOperation? alone = null;
            while (group.Count < Capacity && _operations.Reader.TryRead(out var operation))
            {
                if (!operation.TryTake())
                {
                    continue;
                }

                if (operation.IsAlone)
                {
                    alone = operation;
                    break;
                }

                group.Add(operation);
            }

            if (group.Count > 0)
            {
                Commit(group);
                group.Clear();
            }

            if (alone is not null)
            {
                RunAlone(alone);
            }
        }

        _session.Dispose();
    }

    private bool WaitForOperations() => _operations.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void RunAlone(WriteOperation operation)
    {
        try
        {
            operation.Run(_session);
            operation.Succeed();
        }
        catch (Exception exception)
        {
            operation.Fail(_session.Explain(exception));
        }
    }

    private void Commit(List<WriteOperation> group)
    {
        var done = group;
        try
        {
            _session.Begin();
            if (!_session.TryRun(group))
            {
                _session.Rollback();
                _session.Begin();
                done = group.FindAll(_session.TryRunApart);
            }

            _session.Commit();
        }
        catch (Exception exception)
        {
            _session.Rollback();
            var failure = _session.Explain(exception);
            foreach (var operation in group)
            {
                operation.Fail(failure);
            }

            return;
        }

        Interlocked.Increment(ref _commitCount);
        done.ForEach(static operation => operation.Succeed());
    }
}
