using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Webhooks.AspNetCore.Management.Json;

namespace Webhooks.AspNetCore.Management.Health;

/// <summary>Whether webhooks go out.</summary>
internal sealed record HealthResource
{
    [Description("unhealthy: the store does not answer. degraded: deliveries are not attempted when they are due.")]
    [JsonConverter(typeof(WordConverter<HealthStatus>))]
    public required HealthStatus Status { get; init; }

    [Description("What is wrong, for people; null when nothing is.")]
    public string? Description { get; init; }

    [Description("For how many seconds the oldest delivery has been due, zero when none is; null when that is not known.")]
    public double? OldestDueAgeSeconds { get; init; }
}
