using Webhooks.Operations;

namespace Webhooks.Core.Tests.Operations;

/// <summary>Hands what it gets to its <see cref="EventRecorder"/>.</summary>
internal sealed class RecordingHandler(EventRecorder recorder) : IOperationalEventHandler, IAsyncDisposable
{
    public Task HandleAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken) =>
        recorder.HandleAsync(this, operationalEvent, cancellationToken);

    public ValueTask DisposeAsync()
    {
        recorder.Disposed(this);
        return ValueTask.CompletedTask;
    }
}
