using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>
/// The data of an operational event, each type of which has a record of its own. In JSON its members are in camel case, and those
/// that are null are left out. There is never a secret in it, nor a payload of the host's.
/// </summary>
public abstract record OperationalEventData
{
    private protected OperationalEventData()
    {
    }

    [SetsRequiredMembers]
    private protected OperationalEventData(EndpointKey endpoint)
    {
        TenantId = endpoint.TenantId;
        EndpointId = endpoint.EndpointId;
    }

    /// <summary>The tenant whose endpoint it is.</summary>
    [JsonPropertyOrder(-2)]
    public required string TenantId { get; init; }

    /// <summary>The endpoint.</summary>
    [JsonPropertyOrder(-2)]
    public required string EndpointId { get; init; }
}
