using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>Runs the attempts that the scheduler starts, each worker one after the other as long as there are some.</summary>
internal sealed class AttemptWorkers(
    DeliveryAttempter attempter,
    LaneScheduler scheduler,
    OutcomeWriter outcomes,
    LeaseReturner returns,
    EndpointStates states,
    EndpointHealth health,
    CircuitBreakerOptions breaker,
    TimeProvider timeProvider,
    ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly UnderWay _running = new();
    private readonly Lock _lock = new();
    private readonly Stack<AttemptWorker> _resting = [];

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
                    states.Overflow(deliveries[i].EndpointKey);
                    returns.Return(deliveries[i]);
                    break;
                case EnqueueResult.Closed or EnqueueResult.Stopped:
                    returns.Return(deliveries[i]);
                    break;
                case EnqueueResult.Accepted when deliveries[i].Message.IsAtMostOnce:
                    returns.WatchLease(deliveries[i]);
                    break;
                default:
                    break;
            }
        }

        StartWorkers();
    }

    /// <summary>
    /// Ends deliveries that are interrupted, and waits until that is recorded: until then the next claim of the line of an ordered endpoint
    /// would meet them again.
    /// </summary>
    public Task EndAsync(IEnumerable<LeasedDelivery> interrupted, CancellationToken cancellationToken) =>
        Task.WhenAll(interrupted.Select(delivery => EndAsync(delivery, cancellationToken)));

    /// <summary>Tells what a lane is allowed before an attempt is made; where that is more than it was, more are started.</summary>
    public AdmitResult Admit(Lane lane, LeasedDelivery delivery, in LaneLimits limits)
    {
        var result = scheduler.Admit(lane, delivery, limits, out var tooMany);
        foreach (var overflow in tooMany)
        {
            if (!overflow.IsOrdered)
            {
                states.Overflow(overflow.EndpointKey);
            }

            returns.Return(overflow);
        }

        StartWorkers();
        return result;
    }

    /// <summary>Breaks off what is under way; it is released.</summary>
    public void Abort() => _abort.Cancel();

    /// <summary>Waits until no attempt is under way.</summary>
    public Task WhenIdleAsync() => _running.WhenIdleAsync();

    /// <summary>Starts the attempts that may be made now.</summary>
    public void StartWorkers()
    {
        while (scheduler.TryStart(out var lane, out var delivery))
        {
            _running.Begin();
            TakeWorker().Hand(lane, delivery);
        }
    }

    private async Task EndAsync(LeasedDelivery interrupted, CancellationToken cancellationToken)
    {
        if (await outcomes.WriteAsync(attempter.Interrupt(interrupted), cancellationToken).ConfigureAwait(false))
        {
            logger.Interrupted(interrupted.Id, interrupted.EndpointId, interrupted.AttemptNumber);
        }
    }

    /// <summary>A worker that rests, or a new one: there are as many as attempts were ever under way at once.</summary>
    private AttemptWorker TakeWorker()
    {
        lock (_lock)
        {
            return _resting.TryPop(out var resting) ? resting : new AttemptWorker(RunAsync);
        }
    }

    private async Task RunAsync(AttemptWorker worker)
    {
        while (true)
        {
            await worker.RestAsync().ConfigureAwait(false);
            var (lane, delivery) = worker.Take();
            var result = AttemptResult.Nothing;
            var admission = default(Admission);
            var response = default(AttemptResponse);
            do
            {
                // A slot that was freed can let more than one lane start.
                StartWorkers();
                result = AttemptResult.Nothing;
                try
                {
                    admission = await attempter.AdmitAsync(lane, delivery, this, _abort.Token).ConfigureAwait(false);
                    if (admission.Endpoint is { } endpoint)
                    {
                        using var activity = WebhooksTracing.StartAttempt(endpoint, delivery, timeProvider);
                        response = await attempter.SendAsync(endpoint, delivery, admission.StartedAt, _abort.Token).ConfigureAwait(false);
                        result = await attempter
                            .ConcludeAsync(endpoint, delivery, admission.StartedAt, response, activity).ConfigureAwait(false);
                    }
                    else
                    {
                        result = admission.Refusal;
                    }

                    if (delivery.IsOrdered)
                    {
                        await PassInOrderAsync(lane, delivery, result).ConfigureAwait(false);
                    }
                    else
                    {
                        Pass(delivery, result);
                    }
                }
                catch (OperationCanceledException) when (_abort.IsCancellationRequested)
                {
                    Break(lane, delivery, isTakenOver: true);
                    returns.Return(delivery);
                }
                catch (Exception exception)
                {
                    // The endpoint could not be loaded, most likely because the store is away: no attempt was made.
                    logger.AttemptNotMade(exception, delivery.Id);
                    Break(lane, delivery, isTakenOver: false);
                    returns.Return(delivery, timeProvider.GetNow() + RetryPause);
                }

                var verdict = await health.JudgeAsync(result).ConfigureAwait(false);
                if (delivery.IsOrdered && result.Outcome?.RetryAt is not null)
                {
                    // Its endpoint is paused until the retry already, which is as long as a receiver may ask for.
                    verdict = default;
                }

                if (scheduler.Finish(lane, verdict, breaker) is { } closing)
                {
                    Close(closing);
                }
            }
            while (scheduler.TryStart(out lane, out delivery));

            // Who rests holds on to nothing.
            (lane, delivery, result, admission, response) = (null, null, default, default, default);
            lock (_lock)
            {
                _resting.Push(worker);
            }

            _running.End();
        }
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

    /// <summary>Passes on what came of an attempt to an ordered endpoint. What is next starts only when its end is recorded.</summary>
    private async Task PassInOrderAsync(Lane lane, LeasedDelivery delivery, AttemptResult result)
    {
        switch (result)
        {
            case { Outcome: { } outcome }:
                if (outcome.RetryAt is not null)
                {
                    // Before that is recorded: somebody may take the endpoint over at once, and it may be this instance.
                    Break(lane, delivery, isTakenOver: false);
                }

                if (!await outcomes.WriteAsync(outcome, _abort.Token).ConfigureAwait(false))
                {
                    // The store knows what is next, and whether it is this instance's turn.
                    Break(lane, delivery, isTakenOver: true);
                    scheduler.SetTakenOver(delivery.EndpointKey, isTakenOver: true);
                }

                break;
            case { IsWaiting: true }:
                break;
            default:
                Break(lane, delivery, isTakenOver: result.ReleaseUntil is null);
                Pass(delivery, result);
                break;
        }
    }

    /// <summary>Takes everything behind a delivery out of its lane, if that is ordered.</summary>
    private void Break(Lane lane, LeasedDelivery delivery, bool isTakenOver)
    {
        if (!delivery.IsOrdered)
        {
            return;
        }

        foreach (var waiting in scheduler.BreakLine(lane, isTakenOver))
        {
            returns.Return(waiting);
        }
    }

    /// <summary>Lets the store hold everything of an endpoint until a time.</summary>
    private void Close(LaneClosing closing)
    {
        if (closing.Reason == PauseReason.Failing)
        {
            logger.CircuitOpened(closing.Endpoint.EndpointId, closing.Endpoint.TenantId, closing.Until);
        }
        else
        {
            logger.PausedByReceiver(closing.Endpoint.EndpointId, closing.Endpoint.TenantId, closing.Until);
        }

        states.Close(closing);
        foreach (var delivery in closing.Waiting)
        {
            returns.Return(delivery);
        }
    }

    private static TimeSpan RetryPause { get; } = TimeSpan.FromSeconds(5);
}
