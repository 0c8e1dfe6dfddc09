using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>Runs the attempts that the scheduler starts, each worker one after the other as long as there are some.</summary>
internal sealed class AttemptWorkers(
    DeliveryAttempter attempter,
    LaneScheduler scheduler,
    OutcomeWriter outcomes,
    LeaseReturner returns,
    TimeProvider timeProvider,
    ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly UnderWay _running = new();

    public void Dispose() => _abort.Dispose();

    /// <summary>Takes leased deliveries, whose room is set aside, into their lanes; what does not fit goes back to the store.</summary>
    /// <param name="deliveries">The deliveries.</param>
    /// <param name="areHeld">Whether they were held and claimed for a lane that has the place for them.</param>
    public void Accept(IReadOnlyList<LeasedDelivery> deliveries, bool areHeld = false)
    {
        for (var i = 0; i < deliveries.Count; i++)
        {
            switch (scheduler.Enqueue(deliveries[i], areHeld))
            {
                case EnqueueResult.LaneFull:
                    returns.ReturnOverflow(deliveries[i]);
                    break;
                case EnqueueResult.Stopped:
                    returns.Return(deliveries[i]);
                    break;
                default:
                    break;
            }
        }

        StartWorkers();
    }

    /// <summary>Tells how many attempts a lane may have under way; where that is more than it was, more are started.</summary>
    /// <returns>False when there are too many: the delivery waits again.</returns>
    public bool Admit(Lane lane, LeasedDelivery delivery, int maxConcurrency)
    {
        var isAdmitted = scheduler.Admit(lane, delivery, maxConcurrency);
        StartWorkers();
        return isAdmitted;
    }

    /// <summary>Breaks off what is under way; it is released.</summary>
    public void Abort() => _abort.Cancel();

    /// <summary>Waits until no attempt is under way.</summary>
    public Task WhenIdleAsync() => _running.WhenIdleAsync();

    private void StartWorkers()
    {
        while (scheduler.TryStart(out var lane, out var delivery))
        {
            _running.Begin();
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => _ = work.Workers.RunAsync(work.Lane, work.Delivery),
                (Workers: this, Lane: lane, Delivery: delivery),
                preferLocal: false);
        }
    }

    private async Task RunAsync(Lane? lane, LeasedDelivery? delivery)
    {
        do
        {
            // A slot that was freed can let more than one lane start.
            StartWorkers();
            try
            {
                Pass(delivery!, await attempter.AttemptAsync(lane!, delivery!, this, _abort.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (_abort.IsCancellationRequested)
            {
                returns.Return(delivery!);
            }
            catch (Exception exception)
            {
                // The endpoint could not be loaded, most likely because the store is away: no attempt was made.
                logger.AttemptNotMade(exception, delivery!.Id);
                returns.Return(delivery, timeProvider.GetNow() + RetryPause);
            }

            scheduler.Finish(lane!);
        }
        while (scheduler.TryStart(out lane, out delivery));

        _running.End();
    }

    /// <summary>Passes on what came of an attempt.</summary>
    private void Pass(LeasedDelivery delivery, in AttemptResult result)
    {
        switch (result)
        {
            case { Outcome: { } outcome }:
                outcomes.Write(outcome);
                break;
            case { ReleaseUntil: { } dueAt }:
                returns.Return(delivery, dueAt);
                break;
            case { IsWaiting: true }:
                break;
            default:
                scheduler.Free(1);
                break;
        }
    }

    private static TimeSpan RetryPause { get; } = TimeSpan.FromSeconds(5);
}
