using System.ComponentModel;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Replay;

namespace Webhooks.AspNetCore.Management.Replays;

/// <summary>A replay, as answers show it.</summary>
internal sealed record ReplayResource
{
    [Description("The replay's id.")]
    public required string Id { get; init; }

    [Description("Where it stands.")]
    [JsonConverter(typeof(WordConverter<ReplayStatus>))]
    public required ReplayStatus Status { get; init; }

    [Description("What it sends.")]
    [JsonConverter(typeof(WordConverter<ReplaySelection>))]
    public required ReplaySelection Selection { get; init; }

    [Description("Only to this endpoint; null for all.")]
    public string? EndpointId { get; init; }

    [Description("Only messages of this event type; null for all.")]
    public string? EventType { get; init; }

    [Description("Only messages published at this time or later; null for all that the log still has.")]
    public DateTimeOffset? Since { get; init; }

    [Description("Only messages published before this time.")]
    public DateTimeOffset? Until { get; init; }

    [Description("When it was started.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When it came to its end or was canceled; null while it is active.")]
    public DateTimeOffset? CompletedAt { get; init; }

    [Description("How far it has come, from since to until: the publishing time of the last message that it has looked at. Null before its first batch.")]
    public DateTimeOffset? ReachedAt { get; init; }

    [Description("How many deliveries it has put into the queue.")]
    public required long ReplayedCount { get; init; }

    [Description("How many deliveries it would have sent but could not.")]
    public required long SkippedCount { get; init; }

    public static ReplayResource Of(ReplayJob job) => new()
    {
        Id = job.Id,
        Status = job.Status,
        Selection = job.Request.Selection,
        EndpointId = job.Request.EndpointId,
        EventType = job.Request.EventType,
        Since = job.Request.Since,
        Until = job.Request.Until,
        CreatedAt = job.CreatedAt,
        CompletedAt = job.CompletedAt,
        ReachedAt = job.ReachedAt,
        ReplayedCount = job.ReplayedCount,
        SkippedCount = job.SkippedCount,
    };
}
