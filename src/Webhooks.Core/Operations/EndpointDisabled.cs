using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Webhooks.Endpoints;

namespace Webhooks.Operations;

/// <summary>
/// <see cref="OperationalEventTypes.EndpointDisabled"/>: an endpoint was disabled; it gets nothing new, and what is pending waits until it
/// is enabled.
/// </summary>
public sealed record EndpointDisabled : EndpointEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public EndpointDisabled()
    {
    }

    [SetsRequiredMembers]
    internal EndpointDisabled(WebhookEndpoint endpoint)
        : base(endpoint)
    {
    }

    /// <summary>Who or what disabled it: <c>person</c>, <c>gone</c> or <c>failing</c>.</summary>
    [JsonConverter(typeof(CamelCaseEnumConverter<DisableCause>))]
    public required DisableCause Cause { get; init; }

    /// <summary>Why, for people; null where a person gave no reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when every attempt had failed; null where that was not noted.</summary>
    public DateTimeOffset? FailingSince { get; init; }
}
