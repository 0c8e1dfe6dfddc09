using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Http;

/// <summary>
/// The request of an attempt, and what it is about: a handler that the host adds to the client can, for one, choose a pipeline for each
/// endpoint. A request that is no attempt (for an access token, or a factory's probe) is a plain one.
/// </summary>
public sealed class WebhookRequest : HttpRequestMessage
{
    /// <summary>Makes one that has no headers and no content yet, as a test of a handler needs it.</summary>
    /// <param name="url">Where it is posted to.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="message">What is delivered.</param>
    /// <param name="deliveryId">The delivery's id.</param>
    /// <param name="attemptNumber">1 for the delivery's first attempt.</param>
    public WebhookRequest(Uri url, WebhookEndpoint endpoint, WebhookMessage message, string deliveryId, int attemptNumber)
        : base(HttpMethod.Post, url)
    {
        Endpoint = endpoint;
        Message = message;
        DeliveryId = deliveryId;
        AttemptNumber = attemptNumber;
    }

    /// <summary>Where it goes.</summary>
    public WebhookEndpoint Endpoint { get; }

    /// <summary>What is delivered.</summary>
    public WebhookMessage Message { get; }

    /// <summary>The delivery's id.</summary>
    public string DeliveryId { get; }

    /// <summary>1 for the delivery's first attempt.</summary>
    public int AttemptNumber { get; }

    /// <summary>Whether <see cref="Tls.TlsIdentity.Option"/> is among its options, which come into being when they are looked at.</summary>
    internal bool HasTlsIdentity { get; init; }

    /// <summary>The delivery and its attempt; nothing of the headers, which may hold secrets.</summary>
    public override string ToString() => $"{nameof(WebhookRequest)} {{ {nameof(DeliveryId)} = {DeliveryId}, {nameof(AttemptNumber)} = {AttemptNumber} }}";
}
