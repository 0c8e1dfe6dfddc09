using Webhooks.PostgreSql.Partitions;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The key of a message. The library's own ids are keys already; a message with an id of the host's gets a new key, and the
/// id is kept beside it.
/// </summary>
internal static class MessageKey
{
    public const string Prefix = WebhookIdGenerator.MessagePrefix;

    /// <summary>
    /// Whether the id of a new message is its key. An id whose time is far from the message's is treated like a host's own:
    /// its row would be in a partition of another time.
    /// </summary>
    public static bool TryGet(WebhookMessage message, out Guid key) =>
        WebhookIdGenerator.TryDecode(Prefix, message.Id, out key)
        && Math.Abs(KeyTime.Of(key) - message.CreatedAt.ToUnixTimeMilliseconds()) <= (long)KeyTime.Slack.TotalMilliseconds;

    /// <summary>The id of a stored message.</summary>
    /// <param name="id">The host's own; null for none.</param>
    /// <param name="key">The key.</param>
    public static string ToId(string? id, Guid key) => id ?? WebhookIdGenerator.Encode(Prefix, key);
}
