namespace Webhooks.Storage;

/// <summary>What was erased of a message.</summary>
/// <param name="HadPayload">Whether its payload was there still.</param>
/// <param name="ExcerptCount">How many response excerpts were erased.</param>
/// <param name="CanceledCount">How many pending deliveries were canceled.</param>
public sealed record PayloadErasure(bool HadPayload, int ExcerptCount, int CanceledCount);
