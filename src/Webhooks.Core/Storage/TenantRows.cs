namespace Webhooks.Storage;

/// <summary>How much there is, or was, of a tenant in a store. A kind that a store keeps together with another counts 0.</summary>
public sealed record TenantRows
{
    /// <summary>Endpoints, with their settings and secrets.</summary>
    public long Endpoints { get; init; }

    /// <summary>Messages.</summary>
    public long Messages { get; init; }

    /// <summary>Deliveries, pending or ended.</summary>
    public long Deliveries { get; init; }

    /// <summary>Attempts.</summary>
    public long Attempts { get; init; }

    /// <summary>Replays.</summary>
    public long Replays { get; init; }

    /// <summary>Rows that keep ids only: event ids, message ids, the event types and names of endpoints.</summary>
    public long Ids { get; init; }

    /// <summary>Rate limits of which time was given away.</summary>
    public long RateLimits { get; init; }

    /// <summary>All of them together.</summary>
    public long Total => Endpoints + Messages + Deliveries + Attempts + Replays + Ids + RateLimits;

    /// <summary>Adds two.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static TenantRows operator +(TenantRows left, TenantRows right) => new()
    {
        Endpoints = left.Endpoints + right.Endpoints,
        Messages = left.Messages + right.Messages,
        Deliveries = left.Deliveries + right.Deliveries,
        Attempts = left.Attempts + right.Attempts,
        Replays = left.Replays + right.Replays,
        Ids = left.Ids + right.Ids,
        RateLimits = left.RateLimits + right.RateLimits,
    };

    /// <summary>Adds two.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static TenantRows Add(TenantRows left, TenantRows right) => left + right;
}
