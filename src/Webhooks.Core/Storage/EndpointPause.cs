using Webhooks.Endpoints;

namespace Webhooks.Storage;

/// <summary>A pause of an endpoint.</summary>
/// <param name="Endpoint">Which endpoint.</param>
/// <param name="Until">When the pause ends, for whichever dispatcher comes first.</param>
/// <param name="Owner">
/// The dispatcher that has the endpoint taken over and may claim its held deliveries before the end; null for nobody.
/// </param>
/// <param name="Reason">Why. Only a <see cref="PauseReason.Backlog"/> has an owner.</param>
/// <param name="EndpointVersion">
/// The version of the endpoint that was judged: the pause is refused when the endpoint has been changed since. Null for any.
/// </param>
public sealed record EndpointPause(
    EndpointKey Endpoint, DateTimeOffset Until, string? Owner, PauseReason Reason = PauseReason.Backlog, long? EndpointVersion = null);
