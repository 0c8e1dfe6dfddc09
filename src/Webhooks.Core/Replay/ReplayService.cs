using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Replay;

/// <summary>
/// Gives replays their turns, one batch at a time, each to the replay that has waited longest. Runs where deliveries are
/// dispatched. All that it knows is in the store: a turn is one transaction.
/// </summary>
internal sealed class ReplayService(
    IReplayStore store,
    IWebhookDispatcher dispatcher,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    ILogger<ReplayService> logger) : BackgroundService
{
    /// <summary>The most rows of the log that one turn looks at, most of which may not be meant.</summary>
    private const int ScanLimit = 1_000;

    /// <summary>The pause after a turn that has found nothing to send.</summary>
    private static readonly TimeSpan ScanPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a replay waits for an endpoint that is paused before it sends one more batch to it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How soon a replay is found that another process has started.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(10);

    private readonly ReplayOptions _options = options.Value.Replay;
    private readonly WakeUp _wakeUp = new(timeProvider);

    /// <summary>Says that a replay was started.</summary>
    public void Wake() => _wakeUp.Call();

    public override void Dispose()
    {
        _wakeUp.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Dispatcher.Enabled)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // A turn that has begun is not broken off.
                var result = await store.RunReplayAsync(CreateTurn(), CancellationToken.None).ConfigureAwait(false);
                await WaitAsync(result, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.ReplayFailed(exception, FailurePause);
                await Task.Delay(FailurePause, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ReplayTurn CreateTurn()
    {
        var now = timeProvider.GetNow();
        return new ReplayTurn
        {
            Now = now,
            Limit = _options.BatchSize,
            ScanLimit = ScanLimit,
            NextAt = now + _options.BatchInterval,
            NextScanAt = now + ScanPause,
            BlockedBefore = now - Patience,
        };
    }

    private async Task WaitAsync(ReplayTurnResult result, CancellationToken cancellationToken)
    {
        if (result.Job is not { } job)
        {
            var poll = timeProvider.GetNow() + PollInterval;
            _wakeUp.CallAt(result.NextDueAt < poll ? result.NextDueAt.Value : poll);
            await _wakeUp.SleepAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (job.Status == ReplayStatus.Completed)
        {
            logger.ReplayCompleted(job.Id, job.Request.TenantId, job.ReplayedCount, job.SkippedCount);
        }

        if (result.ReplayedCount > 0)
        {
            dispatcher.Wake();
        }

        // An instance keeps the pace that each replay has, however many there are.
        await Task.Delay(
            result.ReplayedCount > 0 ? _options.BatchInterval : ScanPause, timeProvider, cancellationToken).ConfigureAwait(false);
    }
}
