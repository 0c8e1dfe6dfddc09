using Webhooks.Publishing;

namespace Webhooks.LoadTest.Sending;

/// <summary>What the sender says it has sent.</summary>
/// <param name="Id">The message.</param>
/// <param name="Copies">To how many targets.</param>
/// <param name="Timestamp">When it was told that the message is stored, or before a request of the ceiling.</param>
internal readonly record struct SentMessage(string Id, int Copies, long Timestamp)
{
    /// <summary>Notes what was published just now.</summary>
    public static SentMessage Of(PublishResult result) =>
        new(result.MessageId, result.DeliveryCount, TimeProvider.System.GetTimestamp());
}
