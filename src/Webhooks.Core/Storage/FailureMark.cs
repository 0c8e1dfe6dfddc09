namespace Webhooks.Storage;

/// <summary>Says since when every attempt to an endpoint has failed.</summary>
/// <param name="Endpoint">Which endpoint.</param>
/// <param name="FailingSince">The time of a failed attempt; null after one that succeeded.</param>
public sealed record FailureMark(EndpointKey Endpoint, DateTimeOffset? FailingSince);
