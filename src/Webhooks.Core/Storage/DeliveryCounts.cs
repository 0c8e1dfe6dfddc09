namespace Webhooks.Storage;

/// <summary>How many deliveries stand where.</summary>
public sealed record DeliveryCounts
{
    /// <summary>How many wait for an attempt, or are being attempted.</summary>
    public long Pending { get; init; }

    /// <summary>How many were accepted.</summary>
    public long Succeeded { get; init; }

    /// <summary>How many were given up.</summary>
    public long Failed { get; init; }

    /// <summary>How many were called off.</summary>
    public long Canceled { get; init; }

    /// <summary>Whether the count ended at its limit, so that there may be older deliveries.</summary>
    public bool IsPartial { get; init; }

    /// <summary>How many were counted.</summary>
    public long Total => Pending + Succeeded + Failed + Canceled;

    /// <summary>Makes counts of what a query found. For adapter authors.</summary>
    /// <param name="pending">How many are pending.</param>
    /// <param name="succeeded">How many have succeeded.</param>
    /// <param name="failed">How many have failed.</param>
    /// <param name="canceled">How many were canceled.</param>
    /// <param name="limit">The limit of the query.</param>
    public static DeliveryCounts Create(long pending, long succeeded, long failed, long canceled, int limit) => new()
    {
        Pending = pending,
        Succeeded = succeeded,
        Failed = failed,
        Canceled = canceled,
        IsPartial = pending + succeeded + failed + canceled >= limit,
    };
}
