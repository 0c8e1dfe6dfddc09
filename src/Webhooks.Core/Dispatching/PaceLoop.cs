using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Lets lanes with a rate limit go on: reserves time for them in the store, some seconds of it at once, and starts their attempts
/// when their time has come.
/// </summary>
internal sealed class PaceLoop(
    IDeliveryStore store,
    LaneScheduler scheduler,
    AttemptWorkers workers,
    LeaseReturner returns,
    EndpointStates states,
    WakeUp wakeUp,
    DispatcherOptions options,
    TimeProvider timeProvider,
    ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ReserveAsync().ConfigureAwait(false);
                var next = scheduler.StartPaced(timeProvider.GetNow());
                workers.StartWorkers();
                if (next is { } time)
                {
                    wakeUp.CallAt(time);
                }

                await wakeUp.SleepAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.ReserveFailed(exception, Pause);
                await Task.Delay(Pause, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReserveAsync()
    {
        var wanted = scheduler.GatesThatWantTime();
        if (wanted.Count == 0)
        {
            return;
        }

        var granted = 0;
        try
        {
            var starts = await store.ReserveAsync(
                timeProvider.GetNow(),
                [.. wanted.Select(static want => ToReservation(want.Gate, want.Count))],
                CancellationToken.None).ConfigureAwait(false);
            for (; granted < wanted.Count; granted++)
            {
                var (gate, count) = wanted[granted];
                Park(scheduler.Grant(gate, starts[granted], count, timeProvider.GetNow() + (options.LeaseDuration / 4)), starts[granted]);
            }
        }
        finally
        {
            scheduler.WantTimeAgain(wanted.Skip(granted).Select(static want => want.Gate));
        }
    }

    /// <summary>What would outlast its lease before its time comes waits in the store.</summary>
    private void Park(IReadOnlyList<LeasedDelivery> tooEarly, DateTimeOffset notBefore)
    {
        foreach (var delivery in tooEarly)
        {
            states.Overflow(delivery.EndpointKey, notBefore);
            returns.Return(delivery);
        }
    }

    private static RateReservation ToReservation(RateGate gate, int count) => new(
        gate.TenantId,
        gate.EndpointId,
        gate.Interval,
        TimeSpan.FromMilliseconds(Math.Ceiling((gate.Interval * count).TotalMilliseconds)));
}
