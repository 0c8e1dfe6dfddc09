using Webhooks.Endpoints;

namespace Webhooks.Storage;

/// <summary>A pause of an endpoint.</summary>
/// <param name="Endpoint">Which endpoint.</param>
/// <param name="Until">When the pause ends, for whichever dispatcher comes first.</param>
/// <param name="Owner">
/// The dispatcher that has the endpoint taken over and may claim its held deliveries before the end; null for nobody.
/// </param>
/// <param name="Reason">Why. Only a <see cref="PauseReason.Backlog"/> has an owner.</param>
public sealed record EndpointPause(
    EndpointKey Endpoint, DateTimeOffset Until, string? Owner, PauseReason Reason = PauseReason.Backlog);
