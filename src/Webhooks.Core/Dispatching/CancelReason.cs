namespace Webhooks.Dispatching;

/// <summary>Why a delivery was canceled.</summary>
public enum CancelReason
{
    /// <summary>Its endpoint was deleted.</summary>
    EndpointDeleted = 0,

    /// <summary>Its endpoint was enabled again without what was pending (<see cref="Endpoints.PendingDeliveries.Drop"/>).</summary>
    Dropped = 1,

    /// <summary>The payload of its message was erased on request (<see cref="Erasure.IWebhookEraser.ErasePayloadAsync"/>).</summary>
    PayloadErased = 2,

    /// <summary>Its message expired (<see cref="Publishing.PublishOptions.ExpiresAt"/>) before it succeeded.</summary>
    Expired = 3,

    /// <summary>
    /// The transformation of its endpoint decided so (<see cref="Transformations.TransformationResult.Cancel"/>). Its last attempt says why.
    /// </summary>
    Transformation = 4,
}
