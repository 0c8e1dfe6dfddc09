namespace Webhooks.Endpoints;

/// <summary>Whether an endpoint takes part.</summary>
public enum EndpointStatus
{
    /// <summary>It gets the messages that match it.</summary>
    Enabled = 0,

    /// <summary>It gets no new messages, and what is pending for it is held until it is enabled again.</summary>
    Disabled = 1,
}
