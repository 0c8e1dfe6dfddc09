using Webhooks.Dispatching;

namespace Mynd;

/// <summary>A delivery: how its last attempt was answered, and when the next one is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Event">The event's name.</param>
/// <param name="ResponseStatus">The status code of the last answer; left out where there was none.</param>
/// <param name="Ms">How long the attempt took that succeeded.</param>
/// <param name="NextRetryAt">When it is tried again; left out where it is not.</param>
internal sealed record DeliveryItem(string Id, string Event, int? ResponseStatus, long? Ms, DateTime? NextRetryAt)
{
    private const string Prefix = "del_";

    public static DeliveryItem Of(WebhookDelivery delivery) => new(
        Prefix + delivery.Id[(delivery.Id.IndexOf('_', StringComparison.Ordinal) + 1)..],
        delivery.EventType,
        delivery.LastStatusCode,
        delivery.Status == DeliveryStatus.Succeeded ? (long?)delivery.LastDuration?.TotalMilliseconds : null,
        delivery.AttemptCount > 0 && delivery.NextAttemptAt is { } next ? InSeconds(next) : null);

    /// <summary>Written as <c>2026-06-11T08:04:00Z</c>; a part of a second counts as a whole one.</summary>
    private static DateTime InSeconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds((time.ToUnixTimeMilliseconds() + 999) / 1000).UtcDateTime;
}
