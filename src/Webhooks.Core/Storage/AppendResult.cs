namespace Webhooks.Storage;

/// <summary>What became of one message of an append.</summary>
/// <param name="MessageId">The id under which the message is stored; the first's, if this one is a duplicate.</param>
/// <param name="DeliveryCount">How many deliveries the message was given when it was first stored; of a duplicate, replays may be counted too.</param>
/// <param name="IsDuplicate">Whether the message was there already, so that nothing was stored.</param>
/// <param name="Leased">Those of its new deliveries that the append leased.</param>
public sealed record AppendResult(
    string MessageId, int DeliveryCount, bool IsDuplicate, IReadOnlyList<LeasedDelivery> Leased)
{
    /// <summary>
    /// Whether one of its deliveries, or of those that were appended with it, is the first that waits for an ordered endpoint, so that a
    /// dispatcher has to be woken to take the endpoint over.
    /// </summary>
    public bool HasFirstInLine { get; init; }
}
