namespace Webhooks.Core.Tests.Engine;

/// <summary>Keeps callers until it is opened.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public Task PassAsync(CancellationToken cancellationToken = default) => _open.Task.WaitAsync(cancellationToken);
}
