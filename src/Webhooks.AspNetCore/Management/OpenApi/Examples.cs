using System.Text;
using System.Text.Json;
using Webhooks.AspNetCore.Management.Attempts;
using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.EventTypes;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Management.Messages;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Replays;
using Webhooks.AspNetCore.Management.TestEvents;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Replay;
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
        Payload = Encoding.UTF8.GetBytes(Payload),
        Timestamp = Time,
        CreatedAt = Time,
        EventId = "order-paid-1001",
    };

    public static readonly PublishInput PublishInput = new()
    {
        EventType = "order.paid",
        Data = Json("""{"orderId":"1001","total":49.9}"""),
        EventId = "order-paid-1001",
    };

    public static readonly ReplayResource Replay = ReplayResource.Of(new ReplayJob
    {
        Id = "rpl_06db7tm30w000000000000000e",
        Request = new ReplayRequest { EndpointId = Endpoint.Id, Since = Time, Until = Time.AddHours(6) },
        CreatedAt = Time.AddHours(6),
    });

    public static readonly EventTypeResource EventType = new()
    {
        Name = "order.paid",
        Description = "An order was paid in full.",
        Tags = [],
        IsAtMostOnce = false,
        Versions =
        [
            new EventVersionResource
            {
                Schema = Json("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}"""),
                Examples = [new EventExampleResource { Name = "example-1", Payload = Json(Payload), Data = Json("""{"orderId":"1001","total":49.9}""") }],
            },
        ],
    };

    public static readonly TestEventResource TestEvent = new()
    {
        MessageId = Delivery.MessageId,
        Payload = Json(Payload),
        Attempt = Attempt,
    };

    private const string Payload = """{"type":"order.paid","timestamp":"2026-01-01T12:00:00Z","data":{"orderId":"1001","total":49.9}}""";

    private static JsonElement Json(string text) => JsonNull.Parse(Encoding.UTF8.GetBytes(text));

    public static PageResource<T> Page<T>(T row) => new() { Data = [row], NextCursor = null };
}
