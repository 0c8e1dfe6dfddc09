using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Testing.Conformance;

/// <summary>Makes what the facts put into a store, with every part that does not matter to the fact filled in.</summary>
internal static class A
{
    public const string Tenant = "acme";
    public const string OtherTenant = "other";
    public const string Owner = "dispatcher-1";
    public const string OtherOwner = "dispatcher-2";
    public const string EventType = "order.paid";

    /// <summary>When the facts begin.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static int _lastId;

    /// <summary>An id that no other has.</summary>
    public static string NewId(string prefix) => $"{prefix}_{Interlocked.Increment(ref _lastId):D6}";

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));

    public static StoredEndpoint Endpoint(
        string? id = null,
        string tenant = Tenant,
        IReadOnlyList<string>? eventTypes = null,
        IReadOnlyList<string>? channels = null,
        EndpointStatus status = EndpointStatus.Enabled,
        DateTimeOffset? createdAt = null,
        bool isOrdered = false,
        string? filter = null) =>
        new(
            new WebhookEndpoint
            {
                Id = id ?? NewId("ep"),
                TenantId = tenant,
                Settings = new EndpointSettings
                {
                    Url = "https://example.com/hooks",
                    EventTypes = eventTypes ?? ["*"],
                    Channels = channels ?? [],
                    IsOrdered = isOrdered,
                    Filter = filter,
                },
                Status = status,
                Version = 1,
                CreatedAt = createdAt ?? Start,
                UpdatedAt = createdAt ?? Start,
            },
            """{"secrets":"of this endpoint"}""");

    public static WebhookMessage Message(
        string? id = null,
        string tenant = Tenant,
        string eventType = EventType,
        string? eventId = null,
        IReadOnlyList<string>? channels = null,
        ReadOnlyMemory<byte>? payload = null,
        DateTimeOffset? createdAt = null,
        DateTimeOffset? deliverAt = null,
        DateTimeOffset? expiresAt = null,
        bool isAtMostOnce = false,
        string? testedEndpointId = null) =>
        new()
        {
            Id = id ?? NewId("msg"),
            TenantId = tenant,
            EventType = eventType,
            Payload = payload ?? "{}"u8.ToArray(),
            Timestamp = createdAt ?? Start,
            CreatedAt = createdAt ?? Start,
            EventId = eventId,
            Channels = channels ?? [],
            DeliverAt = deliverAt,
            ExpiresAt = expiresAt,
            IsAtMostOnce = isAtMostOnce,
            TestedEndpointId = testedEndpointId,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };

    public static IReadOnlyList<WebhookMessage> Messages(int count, string tenant = Tenant, DateTimeOffset? createdAt = null) =>
        [.. Enumerable.Range(0, count).Select(_ => Message(tenant: tenant, createdAt: createdAt))];

    public static DeliveryOutcome Success(LeasedDelivery lease, DateTimeOffset? startedAt = null) =>
        new(Attempt(lease, startedAt), DeliveryStatus.Succeeded, RetryAt: null);

    public static DeliveryOutcome Failure(LeasedDelivery lease, DateTimeOffset? startedAt = null) =>
        new(FailedAttempt(lease, startedAt), DeliveryStatus.Failed, RetryAt: null);

    public static DeliveryOutcome Retry(LeasedDelivery lease, DateTimeOffset retryAt, DateTimeOffset? startedAt = null) =>
        new(FailedAttempt(lease, startedAt), DeliveryStatus.Pending, retryAt);

    public static DeliveryOutcome Interrupted(LeasedDelivery lease, DateTimeOffset? at = null) =>
        new(
            Attempt(lease, at) with { Duration = TimeSpan.Zero, StatusCode = null, Error = AttemptError.Interrupted },
            DeliveryStatus.Failed,
            RetryAt: null)
        {
            IsAttemptKnown = false,
        };

    public static DeliveryAttempt Attempt(LeasedDelivery lease, DateTimeOffset? startedAt = null) =>
        new()
        {
            Id = NewId("atmpt"),
            TenantId = lease.Message.TenantId,
            DeliveryId = lease.Id,
            Number = lease.AttemptNumber,
            StartedAt = startedAt ?? Start,
            Duration = TimeSpan.FromMilliseconds(12),
            StatusCode = 200,
        };

    private static DeliveryAttempt FailedAttempt(LeasedDelivery lease, DateTimeOffset? startedAt) =>
        Attempt(lease, startedAt) with { StatusCode = 500, Error = AttemptError.Status };
}
