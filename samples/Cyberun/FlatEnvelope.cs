using System.Globalization;
using System.Text.Json;
using Webhooks.Publishing;

namespace Cyberun;

/// <summary>A flat payload: <c>event_type</c>, the fields of the task, <c>timestamp</c>.</summary>
internal sealed class FlatEnvelope : IWebhookEnvelope
{
    public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
    {
        writer.WriteStartObject();
        writer.WriteString("event_type", context.EventType);
        context.WriteDataProperties(writer);
        writer.WriteString("timestamp", context.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }
}
