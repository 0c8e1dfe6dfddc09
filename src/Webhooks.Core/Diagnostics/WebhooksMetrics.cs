using System.Diagnostics.Metrics;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Diagnostics;

/// <summary>
/// The instruments of the library, as docs/observability.md lists them. What they cost where nobody listens is a look at a flag.
/// </summary>
internal sealed class WebhooksMetrics
{
    private const string ErrorType = "error.type";
    private const string Outcome = "webhooks.publish.outcome";
    private const string Status = "webhooks.delivery.status";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private static readonly InstrumentAdvice<double> SecondsToDays = new()
    {
        HistogramBucketBoundaries =
            [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 18_000, 43_200, 86_400, 259_200],
    };

    private static readonly InstrumentAdvice<int> BatchSizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    };

    private readonly Meter _meter;
    private readonly Counter<int> _messages;
    private readonly Histogram<double> _publishDuration;
    private readonly Histogram<int> _appendBatchSize;
    private readonly Histogram<double> _attemptDuration;
    private readonly Histogram<double> _deliveryDuration;
    private readonly Counter<int> _deliveries;
    private readonly Counter<int> _leasesLost;
    private readonly Histogram<int> _outcomeBatchSize;

    public WebhooksMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(WebhooksDefaults.TelemetryName);
        _messages = _meter.CreateCounter<int>("webhooks.publish.messages", "{message}", "Events that were published, or could not be.");
        _publishDuration = _meter.CreateHistogram(
            "webhooks.publish.duration", "s", "How long a call of PublishAsync took.", tags: null, Seconds);
        _appendBatchSize = _meter.CreateHistogram(
            "webhooks.append.batch_size", "{message}", "Messages that were stored together.", tags: null, BatchSizes);
        _attemptDuration = _meter.CreateHistogram(
            "webhooks.attempt.duration", "s", "How long an attempt took, to the last byte that was read.", tags: null, Seconds);
        _deliveryDuration = _meter.CreateHistogram(
            "webhooks.delivery.duration", "s", "The time from the publish to the end of the successful attempt.", tags: null, SecondsToDays);
        _deliveries = _meter.CreateCounter<int>("webhooks.delivery.completed", "{delivery}", "Deliveries that ended here.");
        _leasesLost = _meter.CreateCounter<int>(
            "webhooks.lease.lost", "{lease}", "Attempts whose outcome was not recorded, because the delivery was no longer leased.");
        _outcomeBatchSize = _meter.CreateHistogram(
            "webhooks.outcome.batch_size", "{outcome}", "Outcomes that were recorded together.", tags: null, BatchSizes);
    }

    /// <summary>Whether anybody listens to what publishes are measured by.</summary>
    public bool IsPublishWanted => _publishDuration.Enabled || _messages.Enabled;

    public void Published(IReadOnlyList<PublishResult> results, TimeSpan duration)
    {
        _publishDuration.Record(duration.TotalSeconds);
        if (!_messages.Enabled)
        {
            return;
        }

        var duplicates = 0;
        for (var i = 0; i < results.Count; i++)
        {
            duplicates += results[i].IsDuplicate ? 1 : 0;
        }

        AddMessages(results.Count - duplicates, "stored");
        AddMessages(duplicates, "duplicate");
    }

    public void PublishFailed(int count, string error, TimeSpan duration)
    {
        _publishDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(ErrorType, error));
        AddMessages(count, "failed");
    }

    public void Appended(int count) => _appendBatchSize.Record(count);

    /// <summary>Counts an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="publishedAt">When its message was published.</param>
    public void Attempted(DeliveryAttempt attempt, DateTimeOffset publishedAt)
    {
        if (TelemetryNames.ErrorType(attempt.Error, attempt.StatusCode) is { } error)
        {
            _attemptDuration.Record(attempt.Duration.TotalSeconds, new KeyValuePair<string, object?>(ErrorType, error));
        }
        else
        {
            _attemptDuration.Record(attempt.Duration.TotalSeconds);
            _deliveryDuration.Record((attempt.StartedAt + attempt.Duration - publishedAt).TotalSeconds);
        }
    }

    /// <summary>Counts the outcomes of a batch.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="effective">For each, whether it took effect.</param>
    public void Completed(IReadOnlyList<DeliveryOutcome> outcomes, IReadOnlyList<bool> effective)
    {
        _outcomeBatchSize.Record(outcomes.Count);
        if (!_deliveries.Enabled && !_leasesLost.Enabled)
        {
            return;
        }

        for (var i = 0; i < outcomes.Count; i++)
        {
            if (!effective[i])
            {
                _leasesLost.Add(1);
            }
            else if (outcomes[i].Status != DeliveryStatus.Pending)
            {
                _deliveries.Add(1, new KeyValuePair<string, object?>(Status, TelemetryNames.Of(outcomes[i].Status)));
            }
        }
    }

    /// <summary>Lets a dispatcher be watched.</summary>
    /// <param name="scheduler">Its lanes.</param>
    /// <param name="oldestDue">The age of what is due in its store.</param>
    public void Observe(LaneScheduler scheduler, OldestDue oldestDue)
    {
        _meter.CreateObservableUpDownCounter(
            "webhooks.queue.depth", () => scheduler.Count().Waiting, "{delivery}", "Deliveries that wait in memory for their attempt.");
        _meter.CreateObservableUpDownCounter(
            "webhooks.lane.count", () => scheduler.Count().Lanes, "{lane}", "Endpoints that this instance holds something for.");
        _meter.CreateObservableGauge(
            "webhooks.store.oldest_due_age", oldestDue.Observe, "s", "How long the longest due delivery of the store has been due.");
    }

    private void AddMessages(int count, string outcome)
    {
        if (count > 0)
        {
            _messages.Add(count, new KeyValuePair<string, object?>(Outcome, outcome));
        }
    }
}
