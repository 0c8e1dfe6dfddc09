namespace Webhooks.Dispatching;

/// <summary>Why a delivery was canceled.</summary>
public enum CancelReason
{
    /// <summary>Its endpoint was deleted.</summary>
    EndpointDeleted = 0,

    /// <summary>Its endpoint was enabled again without what was pending (<see cref="Endpoints.PendingDeliveries.Drop"/>).</summary>
    Dropped = 1,

    /// <summary>Its message expired (<see cref="Publishing.PublishOptions.ExpiresAt"/>) before it succeeded.</summary>
    Expired = 2,
}
