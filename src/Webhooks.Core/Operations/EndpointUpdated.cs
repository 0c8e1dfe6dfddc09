using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Webhooks.Endpoints;

namespace Webhooks.Operations;

/// <summary>
/// <see cref="OperationalEventTypes.EndpointUpdated"/>: an endpoint's settings, secrets or credentials were changed. Writing secrets anew
/// under another key, and removing those that have expired, is not a change.
/// </summary>
public sealed record EndpointUpdated : EndpointEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public EndpointUpdated()
    {
    }

    [SetsRequiredMembers]
    internal EndpointUpdated(WebhookEndpoint endpoint)
        : base(endpoint)
    {
    }

    /// <summary>What was changed: <c>settings</c>, <c>secret</c> or <c>credentials</c>.</summary>
    [JsonConverter(typeof(CamelCaseEnumConverter<EndpointChange>))]
    public required EndpointChange Change { get; init; }
}
