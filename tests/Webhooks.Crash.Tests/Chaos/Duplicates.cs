namespace Webhooks.Crash.Tests.Chaos;

/// <summary>
/// Deliveries that a receiver accepted more than once, and why. An acceptance that the sender could not record is made again;
/// one that it recorded never is. So all acceptances of a delivery but one need a reason why they were not recorded.
/// </summary>
internal sealed class Duplicates
{
    /// <summary>The longest that an outcome waits to be recorded: the length of a lease, after which it is lost, and some.</summary>
    private static readonly TimeSpan UnrecordedTime = TimeSpan.FromSeconds(15);

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
        if (_ledger.Kills.TryGetValue(receipt.Instance, out var killedAt) && receipt.At > killedAt - UnrecordedTime)
        {
            return "killed";
        }

        if (_lostLeases.Contains((receipt.Instance, key)))
        {
            return "lease lost";
        }

        return _stored.LateAttempts[key].Any(late => receipt.At > late.Start - Slack && receipt.At < late.End + Slack) ? "no answer in time" : null;
    }
}
