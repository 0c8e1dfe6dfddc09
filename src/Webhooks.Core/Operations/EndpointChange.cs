namespace Webhooks.Operations;

/// <summary>What of an endpoint was changed.</summary>
public enum EndpointChange
{
    /// <summary>Its settings.</summary>
    Settings = 0,

    /// <summary>It got a new secret.</summary>
    Secret = 1,

    /// <summary>Its credentials were replaced, or removed.</summary>
    Credentials = 2,
}
