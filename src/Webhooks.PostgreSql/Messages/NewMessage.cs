using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Messages;

/// <summary>A message on its way into the store.</summary>
/// <param name="Index">Its place in the append.</param>
/// <param name="Message">The message.</param>
/// <param name="Key">Its key; the same on every try, so that a try whose outcome is unknown can be told from another's.</param>
/// <param name="OwnId">Its id where that is the host's own; null where it is the key.</param>
internal sealed record NewMessage(int Index, WebhookMessage Message, Guid Key, string? OwnId)
{
    public int NameCount => (OwnId is null ? 0 : 1) + (Message.EventId is null ? 0 : 1);
}
