using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace QuickStart;

/// <summary>What the log says about one endpoint, beside what its receiver says.</summary>
internal sealed class EndpointRow(Receiver receiver, WebhookEndpoint endpoint, IReadOnlyList<WebhookDelivery> deliveries)
{
    public Receiver Receiver => receiver;

    public string Name => $"{receiver.Tenant}/{receiver.EndpointId}";

    public string Behavior => receiver.Behavior switch
    {
        QuickStart.Behavior.Good => "good",
        QuickStart.Behavior.FailsTwice => "fails twice",
        QuickStart.Behavior.Hangs => "hangs",
        _ => "gone (410)",
    };

    public int Created => deliveries.Count;

    public int Succeeded => deliveries.Count(delivery => delivery.Status == DeliveryStatus.Succeeded);

    public int Failed => deliveries.Count(delivery => delivery.Status == DeliveryStatus.Failed);

    public int Held => deliveries.Count(delivery => delivery.IsHeld);

    public int Pending => deliveries.Count(delivery => delivery.Status == DeliveryStatus.Pending) - Held;

    public int Attempts => deliveries.Sum(delivery => delivery.AttemptCount);

    public int Retries => deliveries.Sum(delivery => Math.Max(0, delivery.AttemptCount - 1));

    public HashSet<string> SucceededMessages => deliveries
        .Where(delivery => delivery.Status == DeliveryStatus.Succeeded)
        .Select(delivery => delivery.MessageId)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The median of the times from the publish to the end of a delivery.</summary>
    public TimeSpan Median => deliveries
        .Where(delivery => delivery.CompletedAt is not null)
        .Select(delivery => delivery.CompletedAt!.Value - delivery.CreatedAt)
        .Order()
        .ElementAtOrDefault(deliveries.Count(delivery => delivery.CompletedAt is not null) / 2);

    public string Status => endpoint.Status == EndpointStatus.Enabled ? "enabled" : "disabled";

    public string? DisabledReason => endpoint.DisabledReason;
}
