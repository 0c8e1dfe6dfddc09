namespace Webhooks.Crash.Tests.Chaos;

/// <summary>
/// Deliveries that a receiver accepted more than once, and why. An acceptance that its sender could not record is followed by
/// another; one that was recorded is the last. So all acceptances of a delivery but one need a reason.
/// </summary>
internal sealed class Duplicates
{
    /// <summary>The deadline of attempts: the most by which one that was received earlier can end later.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The least that is left of a lease when an attempt starts: a lease that was lost earlier had not run out.</summary>
    private static readonly TimeSpan LeaseLeft = AttemptTimeout * 1.25;

    /// <summary>What a request says of when it was sent is cut to seconds.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Sender and receiver look at the clock at different moments.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    private readonly Ledger _ledger;
    private readonly Stored _stored;
    private readonly Dictionary<(string Instance, Guid Key), DateTimeOffset> _lostLeases;

    /// <summary>When each instance made the last request whose outcome it recorded for certain.</summary>
    private readonly Dictionary<string, DateTimeOffset> _lastRecorded;

    public Duplicates(Ledger ledger, Stored stored, IEnumerable<Receipt> receipts)
    {
        _ledger = ledger;
        _stored = stored;
        _lostLeases = ledger.LostLeases.ToDictionary(lost => (lost.Key.Instance, KeyOf(lost.Key.DeliveryId)), lost => lost.Value);
        var accepted = receipts.Where(receipt => receipt.IsAccepted).ToLookup(receipt => (receipt.Number, receipt.Subscriber.Id));
        _lastRecorded = accepted.Where(delivery => delivery.Count() == 1).Select(delivery => delivery.Single())
            .GroupBy(receipt => receipt.Instance)
            .ToDictionary(recorded => recorded.Key, recorded => recorded.Max(receipt => receipt.At));
        var keys = stored.Deliveries.ToLookup(delivery => (delivery.Number, delivery.EndpointId), delivery => delivery.Key);
        foreach (var delivery in accepted.Where(delivery => delivery.Count() > 1))
        {
            Add(keys[delivery.Key].FirstOrDefault(), [.. delivery.OrderBy(receipt => receipt.At)]);
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

    /// <summary>Why an acceptance may not have been recorded.</summary>
    private string? ReasonOf(Guid key, Receipt receipt)
    {
        if (_ledger.IsKilled(receipt.Instance) && !HasRecordedSince(receipt))
        {
            return "killed";
        }

        if (_lostLeases.TryGetValue((receipt.Instance, key), out var lostAt)
            && (lostAt > receipt.SentAt + LeaseLeft || IsFromBeforeAFreeze(receipt)))
        {
            return "lease lost";
        }

        // By when it was sent: on a busy machine a receiver may get to a request when its sender has given it up.
        return _stored.LateAttempts[key].Any(start => receipt.SentAt > start - Second && receipt.SentAt < start + Second)
            ? "no answer in time"
            : null;
    }

    /// <summary>Whether an instance has recorded a later outcome. Outcomes are recorded in the order in which attempts end.</summary>
    private bool HasRecordedSince(Receipt receipt) =>
        _lastRecorded.TryGetValue(receipt.Instance, out var last) && last > receipt.At + AttemptTimeout;

    /// <summary>Whether the attempt may have begun before its instance was frozen for longer than a lease, and gone on afterwards.</summary>
    private bool IsFromBeforeAFreeze(Receipt receipt) =>
        _ledger.ThawOf(receipt.Instance) is { } thaw && receipt.At > thaw - Slack && receipt.At < thaw + AttemptTimeout + Slack;
}
