using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// The dispatcher's talk with the store: gives leases back, claims what is held for endpoints it has taken over, and claims
/// what is due; then sleeps until a wake-up, the next due time, or the slow poll.
/// </summary>
internal sealed class ClaimLoop(
    IDeliveryStore store,
    string owner,
    LaneScheduler scheduler,
    AttemptWorkers workers,
    LeaseReturner returns,
    EndpointStates states,
    WakeUp wakeUp,
    WebhooksOptions options,
    TimeProvider timeProvider,
    ILogger logger)
{
    private const int MaxBatch = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly DispatcherOptions _options = options.Dispatcher;
    private readonly bool _isProbing = options.CircuitBreaker.Enabled;

    public async Task RunAsync(CancellationToken stopping)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // A call that has begun is not broken off: what it leased would be lost until the leases end.
                // Pauses first: what is given back because of one must not be claimed at once.
                await states.WriteAsync(CancellationToken.None).ConfigureAwait(false);
                returns.ReturnAtMostOnce();
                await returns.WriteAsync(CancellationToken.None).ConfigureAwait(false);
                await ClaimHeldAsync(stopping).ConfigureAwait(false);
                var nextDueAt = await ClaimDueAsync(stopping).ConfigureAwait(false);
                pause = FirstPause;

                var poll = timeProvider.GetNow() + _options.PollInterval;
                wakeUp.CallAt(nextDueAt < poll ? nextDueAt.Value : poll);
                await wakeUp.SleepAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.ClaimFailed(exception, pause);
                await Task.Delay(pause, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task ClaimHeldAsync(CancellationToken stopping)
    {
        foreach (var (endpoint, count) in scheduler.LanesThatWantHeld())
        {
            var room = scheduler.Reserve(count, share: 2);
            if (room == 0)
            {
                return;
            }

            IReadOnlyList<LeasedDelivery> claimed = [];
            bool isOver;
            try
            {
                var result = await store.ClaimHeldAsync(
                    new HeldClaimRequest(endpoint, owner, timeProvider.GetNow(), LeaseUntil(), room), CancellationToken.None).ConfigureAwait(false);
                (claimed, isOver) = (result.Deliveries, result.IsOver);
            }
            finally
            {
                scheduler.Free(room - claimed.Count);
            }

            var accepted = await AcceptAsync(claimed, areHeld: true, stopping).ConfigureAwait(false);
            if (!isOver && accepted == 0)
            {
                // What has ended stood before what it wants. A lane that got something asks again when it has room.
                wakeUp.Call();
            }

            if (isOver)
            {
                // Behind the last of them: a lane that were empty for a moment would lose the time that is reserved for it.
                scheduler.SetTakenOver(endpoint, isTakenOver: false);
            }
        }
    }

    /// <returns>When the next delivery is due; null when none is, or when there is no room for it.</returns>
    private async Task<DateTimeOffset?> ClaimDueAsync(CancellationToken stopping)
    {
        var room = scheduler.Reserve(MaxBatch, share: 1);
        if (room == 0)
        {
            return null;
        }

        IReadOnlyList<LeasedDelivery> claimed = [];
        ClaimResult result;
        try
        {
            var request = new ClaimRequest(owner, timeProvider.GetNow(), LeaseUntil(), room);
            result = await store.ClaimAsync(request, CancellationToken.None).ConfigureAwait(false);
            claimed = result.Deliveries;
        }
        finally
        {
            scheduler.Free(room - claimed.Count);
        }

        await AcceptAsync(claimed, areHeld: false, stopping).ConfigureAwait(false);
        foreach (var endpoint in result.Resumed)
        {
            scheduler.SetTakenOver(endpoint, isTakenOver: true, isProbe: _isProbing);
        }

        if (result.HasMore || result.Resumed.Count > 0)
        {
            wakeUp.Call();
        }

        return result.NextDueAt;
    }

    /// <summary>Lets what may be attempted into its lanes, and ends what may have been.</summary>
    /// <returns>How many may be attempted.</returns>
    private async Task<int> AcceptAsync(IReadOnlyList<LeasedDelivery> claimed, bool areHeld, CancellationToken stopping)
    {
        var interrupted = claimed.Where(static delivery => delivery.IsInterrupted).ToList();
        if (interrupted.Count == 0)
        {
            workers.Accept(claimed, areHeld);
            return claimed.Count;
        }

        workers.Accept([.. claimed.Where(static delivery => !delivery.IsInterrupted)], areHeld);
        await workers.EndAsync(interrupted, stopping).ConfigureAwait(false);
        return claimed.Count - interrupted.Count;
    }

    private DateTimeOffset LeaseUntil() => timeProvider.GetNow() + _options.LeaseDuration;
}
