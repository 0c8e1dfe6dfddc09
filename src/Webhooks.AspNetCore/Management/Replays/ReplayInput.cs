using System.ComponentModel;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Replay;

namespace Webhooks.AspNetCore.Management.Replays;

/// <summary>The body that starts a replay.</summary>
internal sealed record ReplayInput
{
    [Description("What to send: deliveries that have failed, succeeded or were canceled, or what was never sent. Default: failed.")]
    [JsonConverter(typeof(WordConverter<ReplaySelection>))]
    public ReplaySelection? Selection { get; init; }

    [Description("Only to this endpoint; null for all.")]
    public string? EndpointId { get; init; }

    [Description("Only messages of this event type; null for all.")]
    public string? EventType { get; init; }

    [Description("Only messages published at this time or later; null for all that the log still has.")]
    public DateTimeOffset? Since { get; init; }

    [Description("Only messages published before this time; null for all until now.")]
    public DateTimeOffset? Until { get; init; }
}
