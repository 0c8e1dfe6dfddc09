using System.Globalization;
using System.Text.Json;
using Webhooks.Publishing;

namespace Cyberdesk;

/// <summary>The payload: <c>event_id</c>, <c>event_type</c>, <c>occurred_at</c>, <c>run</c>.</summary>
internal sealed class RunEnvelope : IWebhookEnvelope
{
    public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
    {
        writer.WriteStartObject();

        // Test events have no id of the product's.
        writer.WriteString("event_id", context.EventId ?? context.MessageId);
        writer.WriteString("event_type", context.EventType);
        writer.WriteString("occurred_at", context.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WritePropertyName("run");
        context.WriteData(writer);
        writer.WriteEndObject();
    }
}
