namespace Webhooks.Crash.Tests.Chaos;

/// <summary>
/// Deliveries that a receiver accepted more than once, and why. An acceptance that the sender could not record is made again;
/// one that it recorded never is. So all acceptances of a delivery but one need a reason why they were not recorded.
/// </summary>
internal sealed class Duplicates
{
    /// <summary>How long it may take from a request to its recorded outcome on a busy machine.</summary>
    private static readonly TimeSpan RecordingTime = TimeSpan.FromSeconds(3);

    /// <summary>How long an instance may take to try again after the end of a trouble.</summary>
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(5);

    /// <summary>The clocks of attempts count milliseconds, and sender and receiver take them at different moments.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    private readonly Ledger _ledger;
    private readonly Stored _stored;
    private readonly HashSet<(string Instance, Guid Key)> _lostLeases;

    public Duplicates(Ledger ledger, Stored stored, IEnumerable<Receipt> receipts)
    {
        _ledger = ledger;
        _stored = stored;
        _lostLeases = [.. ledger.LostLeases.Select(lost => (lost.Instance, KeyOf(lost.DeliveryId)))];
        var keys = stored.Deliveries.ToLookup(delivery => (delivery.Number, delivery.EndpointId), delivery => delivery.Key);
        foreach (var delivery in receipts.Where(receipt => receipt.IsAccepted).GroupBy(receipt => (receipt.Number, receipt.Subscriber.Id)))
        {
            if (delivery.Count() > 1)
            {
                Add(keys[delivery.Key].FirstOrDefault(), [.. delivery.OrderBy(receipt => receipt.At)]);
            }
        }
    }

    /// <summary>How many acceptances there were too many.</summary>
    public int Count { get; private set; }

    /// <summary>How many acceptances were not recorded, for each reason.</summary>
    public Dictionary<string, int> Reasons { get; } = [];

    /// <summary>The deliveries of which more than one acceptance has no reason.</summary>
    public List<string> Unexplained { get; } = [];

    private static Guid KeyOf(string deliveryId) =>
        WebhookIdGenerator.TryDecode("dlv_", deliveryId, out var key) ? key : throw new FormatException(deliveryId);

    private void Add(Guid key, List<Receipt> acceptances)
    {
        Count += acceptances.Count - 1;
        var reasons = acceptances.ConvertAll(receipt => ReasonOf(key, receipt));
        foreach (var reason in reasons.OfType<string>())
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
        }

        if (reasons.Count(reason => reason is null) > 1)
        {
            Unexplained.Add(string.Join(" and ", acceptances.Select((receipt, i) =>
                $"{receipt.Subscriber.Id} {receipt.Number} by {receipt.Instance} at {receipt.At:HH:mm:ss.fff} ({reasons[i] ?? "no reason"})")));
        }
    }

    /// <summary>Why an acceptance was not recorded.</summary>
    private string? ReasonOf(Guid key, Receipt receipt)
    {
        if (_ledger.Kills.TryGetValue(receipt.Instance, out var killedAt) && receipt.At > FirstUnrecorded(receipt.Instance, killedAt))
        {
            return "killed";
        }

        if (_lostLeases.Contains((receipt.Instance, key)))
        {
            return "lease lost";
        }

        return _stored.LateAttempts[key].Any(late => receipt.At > late.Start - Slack && receipt.At < late.End + Slack) ? "no answer in time" : null;
    }

    /// <summary>Since when an instance may not have recorded what it did, if it was killed at a time.</summary>
    private DateTimeOffset FirstUnrecorded(string instance, DateTimeOffset killedAt)
    {
        var first = killedAt - RecordingTime;
        foreach (var trouble in _ledger.Troubles.Where(trouble => trouble.Instance is null || trouble.Instance == instance).OrderByDescending(trouble => trouble.End))
        {
            if (first < trouble.End + BackOff && trouble.Start - RecordingTime < first)
            {
                first = trouble.Start - RecordingTime;
            }
        }

        return first;
    }
}
