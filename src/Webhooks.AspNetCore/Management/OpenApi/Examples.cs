using Webhooks.AspNetCore.Management.Attempts;
using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Management.OpenApi;

/// <summary>The examples of the OpenAPI document.</summary>
internal static class Examples
{
    public const string Secret = "whsec_ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGUtMzItYnl0ZXM=";

    public static readonly DateTimeOffset Time = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly CreateEndpointInput CreateInput = new()
    {
        Url = "https://example.com/webhooks",
        EventTypes = ["order.paid", "invoice.*"],
        Name = "Production",
    };

    public static readonly EndpointInput Input = new()
    {
        Url = "https://example.com/webhooks",
        EventTypes = ["*"],
        Name = "Production",
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Environment"] = "production" },
        RateLimit = new RateLimitInput { Count = 50 },
    };

    public static readonly WebhookEndpoint Endpoint = new()
    {
        Id = "ep_06db7tm30w000000000000000a",
        TenantId = WebhooksDefaults.TenantId,
        Settings = new EndpointSettings
        {
            Url = "https://example.com/webhooks",
            EventTypes = ["order.paid", "invoice.*"],
            Name = "Production",
        },
        Version = 1_767_268_800_000,
        CreatedAt = Time,
        UpdatedAt = Time,
    };

    public static readonly EndpointResource ShownEndpoint = EndpointResource.Of(Endpoint);

    public static readonly CreatedEndpointResource CreatedEndpoint = new(Endpoint, WebhookSecret.Parse(Secret));

    public static readonly DeliveryResource Delivery = DeliveryResource.Of(new WebhookDelivery
    {
        Id = "dlv_06db7tm30w000000000000000b",
        TenantId = WebhooksDefaults.TenantId,
        MessageId = "msg_06db7tm30w000000000000000c",
        EndpointId = Endpoint.Id,
        EventType = "order.paid",
        Status = DeliveryStatus.Pending,
        AttemptCount = 1,
        CreatedAt = Time,
        NextAttemptAt = Time.AddSeconds(5.2),
        LastStatusCode = 503,
        LastError = AttemptError.Status,
        LastDuration = TimeSpan.FromMilliseconds(84),
    });

    public static readonly AttemptResource Attempt = AttemptResource.Of(new DeliveryAttempt
    {
        Id = "atmpt_06db7tm30w000000000000000d",
        TenantId = WebhooksDefaults.TenantId,
        DeliveryId = Delivery.Id,
        Number = 1,
        StartedAt = Time.AddMilliseconds(3),
        Duration = TimeSpan.FromMilliseconds(84),
        StatusCode = 503,
        Error = AttemptError.Status,
        ResponseExcerpt = "Down for maintenance"u8.ToArray(),
    });

    public static readonly WebhookMessage Message = new()
    {
        Id = Delivery.MessageId,
        TenantId = WebhooksDefaults.TenantId,
        EventType = "order.paid",
        Payload = """{"type":"order.paid","timestamp":"2026-01-01T12:00:00Z","data":{"orderId":"1001","total":49.9}}"""u8.ToArray(),
        Timestamp = Time,
        CreatedAt = Time,
        EventId = "order-paid-1001",
    };

    public static PageResource<T> Page<T>(T row) => new() { Data = [row], NextCursor = null };
}
