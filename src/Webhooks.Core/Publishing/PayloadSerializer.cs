using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Webhooks.Catalog;

namespace Webhooks.Publishing;

/// <summary>Turns an event into the bytes that are stored, signed and sent: data first, then the envelope around it.</summary>
internal sealed class PayloadSerializer(
    IWebhookEnvelope envelope, IOptions<WebhooksOptions> options, IOptions<WebhookJsonOptions> jsonOptions)
{
    private const int LargestBufferToKeep = 1024 * 1024;

    private readonly int _maxPayloadBytes = options.Value.MaxPayloadBytes;
    private readonly JsonSerializerOptions _serializerOptions = jsonOptions.Value.SerializerOptions;

    [ThreadStatic]
    private static Buffers? t_buffers;

    public byte[] Serialize(
        in EventContent webhookEvent, EventType eventType, string messageId, DateTimeOffset timestamp, string fieldPrefix)
    {
        // Taken away while in use: data whose serialisation publishes an event of its own gets another pair.
        var encoder = _serializerOptions.Encoder;
        var buffers = t_buffers is { } kept && kept.Encoder == encoder ? kept : new Buffers(encoder);
        t_buffers = null;
        try
        {
            Serialize(webhookEvent, eventType, messageId, timestamp, buffers);
        }
        catch (Exception exception)
        {
            throw new WebhookValidationException(
                fieldPrefix + "data",
                "json",
                value: null,
                $"of type '{webhookEvent.DataType}' does not serialise as event type '{eventType.Name}': {exception.Message}",
                exception);
        }

        var length = buffers.Payload.WrittenCount;
        if (length > _maxPayloadBytes)
        {
            throw new WebhookValidationException(
                fieldPrefix + "data",
                "size",
                length.ToString(CultureInfo.InvariantCulture),
                $"makes a payload of {length} bytes; {nameof(WebhooksOptions.MaxPayloadBytes)} allows {_maxPayloadBytes}.");
        }

        var payload = buffers.Payload.WrittenSpan.ToArray();
        if (buffers.Payload.Capacity <= LargestBufferToKeep)
        {
            t_buffers = buffers;
        }

        return payload;
    }

    private void Serialize(
        in EventContent webhookEvent, EventType eventType, string messageId, DateTimeOffset timestamp, Buffers buffers)
    {
        buffers.Reset();
        JsonSerializer.Serialize(buffers.DataWriter, webhookEvent.Data, GetTypeInfo(webhookEvent, eventType));
        buffers.DataWriter.Flush();

        var publishOptions = webhookEvent.Options;
        envelope.Write(buffers.PayloadWriter, new WebhookEnvelopeContext(
            messageId, publishOptions.TenantId, eventType.Name, publishOptions.EventId, timestamp, buffers.Data.WrittenSpan, eventType.Version));
        buffers.PayloadWriter.Flush();
        if (buffers.PayloadWriter.CurrentDepth > 0 || buffers.Payload.WrittenCount == 0)
        {
            throw new InvalidOperationException($"The envelope '{envelope.GetType()}' did not write one whole JSON value.");
        }
    }

    private JsonTypeInfo GetTypeInfo(in EventContent webhookEvent, EventType eventType)
    {
        if (webhookEvent.JsonTypeInfo is not null)
        {
            return webhookEvent.JsonTypeInfo;
        }

        return eventType.JsonTypeInfo is { } registered && registered.Type == webhookEvent.DataType
            ? registered
            : _serializerOptions.GetTypeInfo(webhookEvent.DataType);
    }

    private sealed class Buffers
    {
        /// <summary>A writer's encoder wins over that of the serializer that writes to it, so it is the same.</summary>
        public Buffers(JavaScriptEncoder? encoder)
        {
            Encoder = encoder;
            DataWriter = new Utf8JsonWriter(Data, new JsonWriterOptions { Encoder = encoder });
            PayloadWriter = new Utf8JsonWriter(Payload, new JsonWriterOptions { Encoder = encoder });
        }

        public JavaScriptEncoder? Encoder { get; }

        public ArrayBufferWriter<byte> Data { get; } = new(1024);

        public ArrayBufferWriter<byte> Payload { get; } = new(1024);

        public Utf8JsonWriter DataWriter { get; }

        public Utf8JsonWriter PayloadWriter { get; }

        public void Reset()
        {
            Data.ResetWrittenCount();
            Payload.ResetWrittenCount();
            DataWriter.Reset();
            PayloadWriter.Reset();
        }
    }
}
