namespace Webhooks.Dispatching;

/// <summary>Where a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>It waits for its first or next attempt, or is being attempted.</summary>
    Pending = 0,

    /// <summary>The receiver accepted it.</summary>
    Succeeded = 1,

    /// <summary>It was given up: its retry schedule is exhausted, or the receiver said that it is gone.</summary>
    Failed = 2,

    /// <summary>It was called off before it could succeed; <see cref="WebhookDelivery.CancelReason"/> says why.</summary>
    Canceled = 3,
}
