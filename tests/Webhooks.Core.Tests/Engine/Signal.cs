namespace Webhooks.Core.Tests.Engine;

/// <summary>Wakes everybody who waits for a condition whenever something has happened that it may depend on.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = New();

    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <summary>Waits until the condition holds.</summary>
    public async Task WhenAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var next = Volatile.Read(ref _next).Task;
            if (await condition())
            {
                return;
            }

            await next.WaitAsync(patience.Token);
        }
    }

    public Task WhenAsync(Func<bool> condition) => WhenAsync(() => Task.FromResult(condition()));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
