using Webhooks.EntityFrameworkCore.Store.Model;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>A pending delivery that a claim has met.</summary>
internal record MetDelivery
{
    public long Seq { get; init; }

    public long? ExpiresAt { get; init; }

    public bool IsAtMostOnce { get; init; }

    public bool HasOwner { get; init; }

    /// <summary>Whether it may have been sent, by a dispatcher that was lost, and is not to be sent twice.</summary>
    public bool IsInterrupted => IsAtMostOnce && HasOwner;

    /// <summary>Whether it is too late to send it. What may have been sent has failed, however late it is.</summary>
    public bool IsExpired(long now) => ExpiresAt <= now && !IsInterrupted;

    /// <summary>The deliveries that are interrupted now, or those that are not.</summary>
    public static IQueryable<DeliveryRow> Where(IQueryable<DeliveryRow> deliveries, bool isInterrupted) => isInterrupted
        ? deliveries.Where(static row => row.IsAtMostOnce && row.Owner != null)
        : deliveries.Where(static row => !row.IsAtMostOnce || row.Owner == null);
}
