using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Writes outcomes by group commit. While the store is away it keeps them and tries again, more and more slowly; a delivery
/// keeps its room in memory until its outcome is recorded, which bounds how many there can be.
/// </summary>
internal sealed class OutcomeWriter : IDisposable
{
    private const int MaxBatch = 1_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly IDeliveryStore _store;
    private readonly string _owner;
    private readonly LaneScheduler _scheduler;
    private readonly WakeUp _wakeUp;
    private readonly TimeProvider _timeProvider;
    private readonly WebhooksMetrics _metrics;
    private readonly ILogger _logger;
    private readonly GroupCommit<DeliveryOutcome> _commits;
    private readonly ConcurrentDictionary<DeliveryOutcome, TaskCompletionSource<bool>> _awaited = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _stopping = new();

    public OutcomeWriter(
        IDeliveryStore store,
        string owner,
        LaneScheduler scheduler,
        WakeUp wakeUp,
        TimeProvider timeProvider,
        WebhooksMetrics metrics,
        ILogger logger)
    {
        _store = store;
        _owner = owner;
        _scheduler = scheduler;
        _wakeUp = wakeUp;
        _timeProvider = timeProvider;
        _metrics = metrics;
        _logger = logger;
        _commits = new GroupCommit<DeliveryOutcome>(WriteAsync, static _ => 1, MaxBatch);
    }

    public void Write(DeliveryOutcome outcome) => _commits.Add(outcome);

    /// <summary>Writes an outcome and waits until it is recorded.</summary>
    /// <returns>False when it has no effect, or when that is not known because of the cancellation.</returns>
    public async Task<bool> WriteAsync(DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        var recorded = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[outcome] = recorded;
        _commits.Add(outcome);
        try
        {
            return await recorded.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Writes what is there, without waiting for a store that is away.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _commits.WhenIdleAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WriteAsync(IReadOnlyList<DeliveryOutcome> outcomes)
    {
        IReadOnlyList<bool>? effective = null;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                effective =
                    await _store.CompleteAsync(_owner, outcomes, CancellationToken.None).ConfigureAwait(false);
                _metrics.Completed(outcomes, effective);
                Report(outcomes, effective);
                break;
            }
            catch (Exception exception)
            {
                _logger.CompleteFailed(exception, outcomes.Count);
            }

            if (_stopping.IsCancellationRequested)
            {
                // Their leases run out and they are attempted again: at least once.
                _logger.OutcomesLost(outcomes.Count);
                break;
            }

            await Task.Delay(pause, _timeProvider, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _scheduler.Free(outcomes.Count);
        for (var i = 0; i < outcomes.Count && !_awaited.IsEmpty; i++)
        {
            if (_awaited.TryRemove(outcomes[i], out var recorded))
            {
                recorded.SetResult(effective?[i] ?? false);
            }
        }
    }

    private void Report(IReadOnlyList<DeliveryOutcome> outcomes, IReadOnlyList<bool> effective)
    {
        DateTimeOffset? firstRetry = null;
        var isAnnounced = false;
        for (var i = 0; i < outcomes.Count; i++)
        {
            var outcome = outcomes[i];
            if (!effective[i])
            {
                _logger.LeaseLost(outcome.Attempt.DeliveryId, outcome.Attempt.Number);
            }
            else
            {
                isAnnounced |= outcome.Announcement is not null;
                firstRetry = outcome.RetryAt < (firstRetry ?? DateTimeOffset.MaxValue) ? outcome.RetryAt : firstRetry;
            }
        }

        if (isAnnounced)
        {
            _wakeUp.Call();
        }

        if (firstRetry is { } time)
        {
            _wakeUp.CallAt(time);
        }
    }
}
