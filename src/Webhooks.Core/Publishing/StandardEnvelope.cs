using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>The envelope of the Standard Webhooks specification, section "Payload structure": <c>{type, timestamp, data}</c>.</summary>
internal sealed class StandardEnvelope : IWebhookEnvelope
{
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Data = JsonEncodedText.Encode("data");

    public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
    {
        writer.WriteStartObject();
        writer.WriteString(Type, context.EventType);
        writer.WriteString(Timestamp, context.Timestamp);
        writer.WritePropertyName(Data);
        context.WriteData(writer);
        writer.WriteEndObject();
    }
}
