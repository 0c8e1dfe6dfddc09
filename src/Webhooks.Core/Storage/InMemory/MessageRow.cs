using Webhooks.Publishing;

namespace Webhooks.Storage.InMemory;

/// <summary>A message in memory, with its deliveries.</summary>
internal sealed class MessageRow(long sequence, WebhookMessage message, TenantRow tenant) : IRow<MessageRow>
{
    public long Sequence { get; } = sequence;

    public WebhookMessage Message { get; set; } = message;

    public string Id => Message.Id;

    public int IdHash { get; } = message.Id.GetHashCode(StringComparison.Ordinal);

    public MessageRow? NextInTable { get; set; }

    public TenantRow Tenant { get; } = tenant;

    public IReadOnlyList<DeliveryRow> Deliveries { get; set; } = [];

    /// <summary>Whether it stands among those that retention may remove, if nothing of it is pending again by then.</summary>
    public bool IsDone { get; set; }

    public int PendingCount { get; set; }
}
