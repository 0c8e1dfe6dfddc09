using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Transformations;

/// <summary>What a transformation is called with.</summary>
public sealed class TransformationContext
{
    /// <summary>The payload, in the version of the catalog that the endpoint gets.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The message, with its event type, tenant and id, and the payload as it was published.</summary>
    public required WebhookMessage Message { get; init; }

    /// <summary>The endpoint that gets it, without its secrets and credentials.</summary>
    public required WebhookEndpoint Endpoint { get; init; }

    /// <summary>The delivery's id.</summary>
    public required string DeliveryId { get; init; }
}
