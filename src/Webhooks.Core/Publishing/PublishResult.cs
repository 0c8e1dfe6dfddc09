namespace Webhooks.Publishing;

/// <summary>What became of a published event. It is durable: every matching endpoint will get it.</summary>
/// <param name="MessageId">The message's id; the first's, if this event is a duplicate.</param>
/// <param name="DeliveryCount">To how many endpoints it goes.</param>
/// <param name="IsDuplicate">Whether its event id or message id was published before, so that nothing was stored.</param>
public sealed record PublishResult(string MessageId, int DeliveryCount, bool IsDuplicate);
