namespace Webhooks.Sqlite.Connections;

/// <summary>Something that a caller waits for and the writer does, with others in one transaction.</summary>
internal abstract class WriteOperation
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;

    private int _state;

    /// <summary>Whether it runs outside of a transaction, without others.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Takes it up, unless its caller has withdrawn it.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Does the work, within the transaction; its caller learns of it when the transaction is committed.</summary>
    public abstract void Run(WriteSession session);

    /// <summary>Tells the caller that the work is durable.</summary>
    public abstract void Succeed();

    /// <summary>Tells the caller that nothing was done, unless it was told so already.</summary>
    public abstract void Fail(Exception exception);

    protected bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;
}

/// <inheritdoc cref="WriteOperation"/>
internal sealed class WriteOperation<T>(Func<WriteSession, T> work) : WriteOperation
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Run(WriteSession session) => _result = work(session);

    public override void Succeed() => _done.SetResult(_result);

    public override void Fail(Exception exception) => _done.TrySetException(exception);

    /// <summary>Ends the wait, unless the writer has taken the operation up already.</summary>
    public void Withdraw(CancellationToken cancellationToken)
    {
        if (TryWithdraw())
        {
            _done.SetCanceled(cancellationToken);
        }
    }
}
