using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>The data of an event about an endpoint that is there.</summary>
public abstract record EndpointEventData : OperationalEventData
{
    private protected EndpointEventData()
    {
    }

    [SetsRequiredMembers]
    private protected EndpointEventData(WebhookEndpoint endpoint)
        : base(new EndpointKey(endpoint.TenantId, endpoint.Id))
    {
        Host = Uri.TryCreate(endpoint.Settings.Url, UriKind.Absolute, out var url) ? url.IdnHost : "";
        Version = endpoint.Version;
    }

    /// <summary>The host of its URL. The rest of the URL is not told: many carry a token.</summary>
    [JsonPropertyOrder(-1)]
    public required string Host { get; init; }

    /// <summary>Its version after the change: where two events come out of order, the one with the higher version is the later.</summary>
    [JsonPropertyOrder(-1)]
    public required long Version { get; init; }
}
