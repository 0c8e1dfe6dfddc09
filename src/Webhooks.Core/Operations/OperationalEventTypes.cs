namespace Webhooks.Operations;

/// <summary>
/// The names of the operational events. They are the only event types of the tenant <see cref="WebhooksDefaults.OperationalTenantId"/>,
/// and their prefix is no event type's of the host's.
/// </summary>
public static class OperationalEventTypes
{
    /// <summary>What all names begin with.</summary>
    public const string Prefix = "webhooks.";

    /// <summary>An endpoint was added: <see cref="Operations.EndpointCreated"/>.</summary>
    public const string EndpointCreated = Prefix + "endpoint.created";

    /// <summary>An endpoint was changed: <see cref="Operations.EndpointUpdated"/>.</summary>
    public const string EndpointUpdated = Prefix + "endpoint.updated";

    /// <summary>An endpoint was deleted: <see cref="Operations.EndpointDeleted"/>.</summary>
    public const string EndpointDeleted = Prefix + "endpoint.deleted";

    /// <summary>An endpoint was disabled, by a person or by itself: <see cref="Operations.EndpointDisabled"/>.</summary>
    public const string EndpointDisabled = Prefix + "endpoint.disabled";

    /// <summary>An endpoint was enabled: <see cref="Operations.EndpointEnabled"/>.</summary>
    public const string EndpointEnabled = Prefix + "endpoint.enabled";

    /// <summary>A delivery has failed several times and is tried again: <see cref="Operations.DeliveryFailing"/>.</summary>
    public const string DeliveryFailing = Prefix + "delivery.failing";

    /// <summary>A delivery has ended as failed: <see cref="Operations.DeliveryExhausted"/>.</summary>
    public const string DeliveryExhausted = Prefix + "delivery.exhausted";

    /// <summary>A delivery has succeeded that had been reported: <see cref="Operations.DeliveryRecovered"/>.</summary>
    public const string DeliveryRecovered = Prefix + "delivery.recovered";
}
