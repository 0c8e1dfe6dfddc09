namespace Webhooks.Storage;

/// <summary>What came of <see cref="IReplayStore.ResendAsync"/>.</summary>
public enum ResendResult
{
    /// <summary>The tenant has no such delivery, or its message is gone. Nothing was changed.</summary>
    NotFound = 0,

    /// <summary>It is due now.</summary>
    Resent = 1,

    /// <summary>An attempt is due or under way in any case. Nothing was changed.</summary>
    Underway = 2,

    /// <summary>Its endpoint is disabled. Nothing was changed.</summary>
    EndpointDisabled = 3,

    /// <summary>Its endpoint was deleted. Nothing was changed.</summary>
    EndpointGone = 4,

    /// <summary>The payload of its message was removed. Nothing was changed.</summary>
    PayloadRemoved = 5,

    /// <summary>Its message is not to be sent yet (<see cref="Publishing.WebhookMessage.DeliverAt"/>). Nothing was changed.</summary>
    NotYet = 6,

    /// <summary>Its message has expired (<see cref="Publishing.WebhookMessage.ExpiresAt"/>). Nothing was changed.</summary>
    Expired = 7,

    /// <summary>It was sent again under this id before. Nothing was changed.</summary>
    Repeated = 8,
}
