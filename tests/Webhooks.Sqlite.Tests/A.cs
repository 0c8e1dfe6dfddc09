using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

/// <summary>Makes what tests put into a store.</summary>
internal static class A
{
    public const string Owner = "dispatcher";

    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static SqliteWebhookStore Store(string path) => new(Options(path));

    public static SqliteStoreOptions Options(string path) => new() { ConnectionString = $"Data Source={path}" };

    public static StoredEndpoint Endpoint(string id = "ep_1", EndpointSettings? settings = null) => new(
        new WebhookEndpoint
        {
            Id = id,
            TenantId = WebhooksDefaults.TenantId,
            Settings = settings ?? new EndpointSettings { Url = "https://example.com/", EventTypes = ["*"] },
            Version = 1,
            CreatedAt = Now,
            UpdatedAt = Now,
        },
        "{}");

    public static WebhookMessage Message(string id, DateTimeOffset? createdAt = null) => new()
    {
        Id = id,
        TenantId = WebhooksDefaults.TenantId,
        EventType = "order.paid",
        Payload = """{"type":"order.paid"}"""u8.ToArray(),
        Timestamp = createdAt ?? Now,
        CreatedAt = createdAt ?? Now,
    };

    public static DeliveryOutcome Success(LeasedDelivery lease) => new(
        new DeliveryAttempt
        {
            Id = $"atmpt_{lease.Id}_{lease.AttemptNumber}",
            TenantId = lease.Message.TenantId,
            DeliveryId = lease.Id,
            Number = lease.AttemptNumber,
            StartedAt = Now,
            Duration = TimeSpan.FromMilliseconds(12),
            StatusCode = 200,
        },
        DeliveryStatus.Succeeded,
        RetryAt: null);

    public static ClaimRequest Claim(int limit = 100, string owner = Owner, DateTimeOffset? now = null) =>
        new(owner, now ?? Now, (now ?? Now) + TimeSpan.FromMinutes(2), limit);
}
