using Webhooks.Endpoints;
using Webhooks.Filters;
using Webhooks.Publishing;

namespace Webhooks.Storage.InMemory;

/// <summary>An endpoint in memory, with its pause and what is pending for it.</summary>
internal sealed class EndpointRow(long sequence, StoredEndpoint stored)
{
    private PayloadFilter? _filter;

    public long Sequence { get; } = sequence;

    /// <summary>The endpoint as it was written; its pause stands here and not in it.</summary>
    public StoredEndpoint Stored { get; set; } = stored;

    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>The dispatcher that has the paused endpoint taken over.</summary>
    public string? PausedBy { get; set; }

    public PauseReason PauseReason { get; set; }

    public DateTimeOffset? FailingSince { get; set; }

    public RateLine Rate { get; } = new();

    public HashSet<DeliveryRow> Pending { get; } = [];

    /// <summary>Those of the pending deliveries that have no due time, the oldest first. Those that are leased in order have none.</summary>
    public SortedSet<DeliveryRow> Held { get; } = new(DeliveryRow.ByAge);

    public EndpointSettings Settings => Stored.Endpoint.Settings;

    public bool IsEnabled => Stored.Endpoint.Status == EndpointStatus.Enabled;

    public bool IsOrdered => Settings.IsOrdered;

    /// <summary>Whether its deliveries have due times; otherwise they are held.</summary>
    public bool TakesDeliveries => IsEnabled && PausedUntil is null && !IsOrdered;

    public PayloadFilter? Filter => Settings.Filter is { } text
        ? string.Equals(_filter?.Text, text, StringComparison.Ordinal) ? _filter : _filter = PayloadFilter.ReadStored(text)
        : null;

    /// <summary>Whether it has neither channels nor a filter.</summary>
    public bool GetsAll => Settings is { Channels.Count: 0, Filter: null };

    /// <param name="message">A message of an event type that it subscribes to.</param>
    /// <param name="payload">Its payload; null where that was removed, so that nobody can say what it meets.</param>
    public bool Gets(WebhookMessage message, PayloadMatcher? payload) =>
        (Settings.Channels.Count == 0 || Settings.Channels.Any(message.Channels.Contains)) && payload?.Meets(Filter) is not false;

    public WebhookEndpoint ToEndpoint() => Stored.Endpoint with
    {
        PausedUntil = PausedUntil,
        PauseReason = PausedUntil is null ? null : PauseReason,
        FailingSince = FailingSince,
    };
}
