namespace Webhooks.Endpoints;

/// <summary>What becomes of an endpoint's pending deliveries.</summary>
public enum PendingDeliveries
{
    /// <summary>They go out.</summary>
    Keep = 0,

    /// <summary>They end as <see cref="Dispatching.DeliveryStatus.Canceled"/> and stay in the log.</summary>
    Drop = 1,
}
