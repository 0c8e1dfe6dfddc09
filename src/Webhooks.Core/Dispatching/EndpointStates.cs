using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Collects what changes about endpoints while attempts are made (pauses, and notes since when they fail) until the claim
/// loop writes it to the store.
/// </summary>
internal sealed class EndpointStates(
    IDeliveryStore store,
    string owner,
    LaneScheduler scheduler,
    EndpointCache cache,
    WakeUp wakeUp,
    DispatcherOptions options,
    TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private Dictionary<EndpointKey, EndpointPause> _pauses = [];
    private Dictionary<EndpointKey, DateTimeOffset?> _marks = [];

    /// <summary>Stops all attempts to an endpoint until a time.</summary>
    public void Close(LaneClosing closing) =>
        Add(new EndpointPause(closing.Endpoint, closing.Until, Owner: null, closing.Reason, closing.EndpointVersion));

    /// <summary>Lets what is too much for an endpoint's lane wait in the store; this dispatcher has the endpoint taken over.</summary>
    /// <param name="endpoint">Which endpoint.</param>
    /// <param name="notBefore">When the lane takes more; null for as soon as it has room.</param>
    public void Overflow(EndpointKey endpoint, DateTimeOffset? notBefore = null) =>
        Add(new EndpointPause(endpoint, (notBefore ?? timeProvider.GetNow()) + options.LeaseDuration, owner));

    /// <summary>Notes since when every attempt to an endpoint has failed; null after a success.</summary>
    public void Mark(EndpointKey endpoint, DateTimeOffset? failingSince)
    {
        lock (_lock)
        {
            _marks[endpoint] = failingSince;
        }

        wakeUp.Call();
    }

    /// <summary>Writes what was collected. What could not be written is kept.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var (pauses, marks) = Take();
        try
        {
            if (marks.Count > 0)
            {
                await store.MarkFailingAsync(
                    [.. marks.Select(static mark => new FailureMark(mark.Key, mark.Value))], cancellationToken).ConfigureAwait(false);
                marks.Clear();
            }

            foreach (var pause in pauses.Values)
            {
                await WriteAsync(pause, cancellationToken).ConfigureAwait(false);
                pauses.Remove(pause.Endpoint);
            }
        }
        finally
        {
            Restore(pauses, marks);
        }
    }

    private static bool IsStronger(EndpointPause pause, EndpointPause other) => Strength(pause).CompareTo(Strength(other)) > 0;

    private static (bool IsStop, long Version, DateTimeOffset Until) Strength(EndpointPause pause) =>
        (pause.Reason != PauseReason.Backlog, pause.EndpointVersion ?? 0, pause.Until);

    private async Task WriteAsync(EndpointPause pause, CancellationToken cancellationToken)
    {
        var isPaused = await store.PauseEndpointAsync(pause, cancellationToken).ConfigureAwait(false);
        if (pause.Reason == PauseReason.Backlog)
        {
            if (isPaused)
            {
                scheduler.SetTakenOver(pause.Endpoint, isTakenOver: true);
            }
        }
        else
        {
            // Whoever reads the endpoint from now on sees its pause, or the change for which the pause was refused.
            cache.Forget(pause.Endpoint);
            scheduler.Reopen(pause.Endpoint);
            if (!isPaused)
            {
                // The closed lane gave up a take-over that may still be this instance's: the next claim of what is held tells.
                scheduler.SetTakenOver(pause.Endpoint, isTakenOver: true);
            }
        }
    }

    private void Add(EndpointPause pause)
    {
        lock (_lock)
        {
            Keep(pause);
        }

        wakeUp.Call();
    }

    private void Keep(EndpointPause pause)
    {
        if (!_pauses.TryGetValue(pause.Endpoint, out var other) || IsStronger(pause, other))
        {
            _pauses[pause.Endpoint] = pause;
        }
    }

    private (Dictionary<EndpointKey, EndpointPause> Pauses, Dictionary<EndpointKey, DateTimeOffset?> Marks) Take()
    {
        lock (_lock)
        {
            var taken = (_pauses, _marks);
            if (_pauses.Count > 0 || _marks.Count > 0)
            {
                (_pauses, _marks) = ([], []);
            }
            else
            {
                taken = ([], []);
            }

            return taken;
        }
    }

    private void Restore(Dictionary<EndpointKey, EndpointPause> pauses, Dictionary<EndpointKey, DateTimeOffset?> marks)
    {
        lock (_lock)
        {
            foreach (var pause in pauses.Values)
            {
                Keep(pause);
            }

            foreach (var (endpoint, failingSince) in marks)
            {
                // What was noted since is newer.
                _marks.TryAdd(endpoint, failingSince);
            }
        }
    }
}
