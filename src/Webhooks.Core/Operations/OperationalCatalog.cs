using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Webhooks.Catalog;
using Webhooks.Publishing;

namespace Webhooks.Operations;

/// <summary>
/// The event types of the operational tenant. The host's catalog does not have them: so nobody publishes them, no tenant of the host's
/// subscribes to them, and no list shows them.
/// </summary>
internal static class OperationalCatalog
{
    private static readonly StandardEnvelope Envelope = new();

    /// <summary>The event types.</summary>
    public static IEventCatalog Catalog { get; } = new EventCatalog(
    [
        Type(OperationalEventTypes.EndpointCreated, "An endpoint was added.", OperationalJsonContext.Default.EndpointCreated),
        Type(OperationalEventTypes.EndpointUpdated, "An endpoint was changed.", OperationalJsonContext.Default.EndpointUpdated),
        Type(OperationalEventTypes.EndpointDeleted, "An endpoint was deleted.", OperationalJsonContext.Default.EndpointDeleted),
        Type(OperationalEventTypes.EndpointDisabled, "An endpoint was disabled.", OperationalJsonContext.Default.EndpointDisabled),
        Type(OperationalEventTypes.EndpointEnabled, "An endpoint was enabled.", OperationalJsonContext.Default.EndpointEnabled),
        Type(OperationalEventTypes.DeliveryFailing, "A delivery fails and is tried again.", OperationalJsonContext.Default.DeliveryFailing),
        Type(OperationalEventTypes.DeliveryExhausted, "A delivery has ended as failed.", OperationalJsonContext.Default.DeliveryExhausted),
        Type(OperationalEventTypes.DeliveryRecovered, "A delivery that failed has succeeded.", OperationalJsonContext.Default.DeliveryRecovered),
    ]);

    /// <summary>Whether a tenant is the one of operational events.</summary>
    public static bool IsTenant(string tenantId) => string.Equals(tenantId, WebhooksDefaults.OperationalTenantId, StringComparison.Ordinal);

    /// <summary>Makes the message of an event. Its payload has the standard envelope, whatever that of the host's events is.</summary>
    public static WebhookMessage CreateMessage(string id, OperationalEventData data, DateTimeOffset now, string? traceParent)
    {
        _ = Catalog.TryGet(data.GetType(), out var type);
        using var payload = new MemoryStream();
        using (var writer = new Utf8JsonWriter(payload))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(data, type!.JsonTypeInfo!);
            Envelope.Write(
                writer, new WebhookEnvelopeContext(id, WebhooksDefaults.OperationalTenantId, type.Name, eventId: null, now, json));
        }

        return new WebhookMessage
        {
            Id = id,
            TenantId = WebhooksDefaults.OperationalTenantId,
            EventType = type.Name,
            Payload = payload.ToArray(),
            Timestamp = now,
            CreatedAt = now,
            TraceParent = traceParent,
        };
    }

    /// <summary>Reads the event of such a message.</summary>
    /// <exception cref="JsonException">The message is none.</exception>
    public static OperationalEvent Read(WebhookMessage message, int attemptNumber)
    {
        if (!Catalog.TryGet(message.EventType, out var type))
        {
            throw new JsonException($"'{message.EventType}' is not an operational event that this version knows.");
        }

        using var payload = JsonDocument.Parse(message.Payload!.Value);
        return new OperationalEvent
        {
            Id = message.Id,
            EventType = message.EventType,
            Timestamp = message.Timestamp,
            AttemptNumber = attemptNumber,
            Data = (OperationalEventData)payload.RootElement.GetProperty("data").Deserialize(type.JsonTypeInfo!)!,
        };
    }

    private static EventType Type<T>(string name, string description, JsonTypeInfo<T> jsonTypeInfo)
        where T : OperationalEventData =>
        new() { Name = name, Description = description, DataType = typeof(T), JsonTypeInfo = jsonTypeInfo };
}
