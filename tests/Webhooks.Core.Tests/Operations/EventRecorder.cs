using Webhooks.Core.Tests.Engine;
using Webhooks.Operations;

namespace Webhooks.Core.Tests.Operations;

/// <summary>Keeps the events that handlers got, and lets a test decide what becomes of them.</summary>
internal sealed class EventRecorder
{
    private readonly Lock _lock = new();
    private readonly List<OperationalEvent> _events = [];
    private readonly HashSet<object> _handlers = [];
    private readonly HashSet<object> _disposed = [];
    private readonly Signal _signal = new();

    /// <summary>Called with each event, after it was kept.</summary>
    public Func<OperationalEvent, CancellationToken, Task> Handle { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<OperationalEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>How many handlers were made, and how many of them disposed.</summary>
    public (int Made, int Disposed) Handlers
    {
        get
        {
            lock (_lock)
            {
                return (_handlers.Count, _disposed.Count);
            }
        }
    }

    public Task WhenAsync(Func<EventRecorder, bool> condition) => _signal.WhenAsync(() => condition(this));

    /// <summary>Waits until there were so many events.</summary>
    public async Task<IReadOnlyList<OperationalEvent>> HandledAsync(int count)
    {
        await WhenAsync(recorder => recorder.Events.Count >= count);
        return Events;
    }

    public Task HandleAsync(object handler, OperationalEvent operationalEvent, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _handlers.Add(handler);
            _events.Add(operationalEvent);
        }

        _signal.Raise();
        return Handle(operationalEvent, cancellationToken);
    }

    public void Disposed(object handler)
    {
        lock (_lock)
        {
            _disposed.Add(handler);
        }

        _signal.Raise();
    }
}
