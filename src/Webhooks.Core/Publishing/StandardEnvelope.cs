using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>
/// The envelope of the Standard Webhooks specification, section "Payload structure": <c>{type, timestamp, data}</c>, with
/// <c>version</c> where the event type has versions.
/// </summary>
internal sealed class StandardEnvelope : IWebhookEnvelope
{
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Version = JsonEncodedText.Encode("version");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Data = JsonEncodedText.Encode("data");

    public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
    {
        writer.WriteStartObject();
        writer.WriteString(Type, context.EventType);
        if (context.Version is { } version)
        {
            writer.WriteString(Version, version);
        }

        writer.WriteString(Timestamp, context.Timestamp);
        writer.WritePropertyName(Data);
        context.WriteData(writer);
        writer.WriteEndObject();
    }
}
