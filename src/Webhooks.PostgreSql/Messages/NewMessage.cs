using System.Runtime.InteropServices;
using Webhooks.PostgreSql.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Messages;

/// <summary>A message on its way into the store. What is random of it is the same on every try.</summary>
/// <param name="Index">Its place in the append.</param>
/// <param name="Message">The message.</param>
/// <param name="Key">Its key, by which a try whose outcome is unknown can be told from another's.</param>
/// <param name="Tail">The end of its deliveries' keys.</param>
/// <param name="OwnId">Its id where that is the host's own; null where it is the key.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NewMessage(int Index, WebhookMessage Message, Guid Key, long Tail, string? OwnId)
{
    public int NameCount => (OwnId is null ? 0 : 1) + (Message.EventId is null ? 0 : 1);

    public EventTypeKey Type => new(Message.TenantId, Message.EventType);

    /// <summary>The key of its delivery at a place, from 0.</summary>
    public Guid DeliveryKeyOf(int place) => DeliveryKey.Create(Key, place, Tail);
}
