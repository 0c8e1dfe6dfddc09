using System.ComponentModel;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Statistics;

/// <summary>How many deliveries of an endpoint came to what.</summary>
internal sealed record StatisticsResource
{
    [Description("The endpoint.")]
    public required string EndpointId { get; init; }

    [Description("Of deliveries created at this time or later; null for all that the log still has.")]
    public DateTimeOffset? Since { get; init; }

    [Description("Of deliveries created before this time; null for all until now.")]
    public DateTimeOffset? Until { get; init; }

    [Description("How many were counted.")]
    public required long Total { get; init; }

    [Description("How many wait for an attempt, or are being attempted.")]
    public required long Pending { get; init; }

    [Description("How many were accepted.")]
    public required long Succeeded { get; init; }

    [Description("How many were given up.")]
    public required long Failed { get; init; }

    [Description("How many were called off.")]
    public required long Canceled { get; init; }

    [Description("Whether only the newest were counted, because there are more than a count looks at. Narrow the time.")]
    public required bool IsPartial { get; init; }

    public static StatisticsResource Of(DeliveryCountQuery query, DeliveryCounts counts) => new()
    {
        EndpointId = query.EndpointId,
        Since = query.Since,
        Until = query.Until,
        Total = counts.Total,
        Pending = counts.Pending,
        Succeeded = counts.Succeeded,
        Failed = counts.Failed,
        Canceled = counts.Canceled,
        IsPartial = counts.IsPartial,
    };
}
