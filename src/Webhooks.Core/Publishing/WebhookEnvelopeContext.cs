using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>What an <see cref="IWebhookEnvelope"/> can write.</summary>
public readonly ref struct WebhookEnvelopeContext
{
    internal WebhookEnvelopeContext(
        string messageId,
        string tenantId,
        string eventType,
        string? eventId,
        DateTimeOffset timestamp,
        ReadOnlySpan<byte> data,
        string? version = null)
    {
        MessageId = messageId;
        TenantId = tenantId;
        EventType = eventType;
        EventId = eventId;
        Timestamp = timestamp.UtcDateTime;
        Data = data;
        Version = version;
    }

    /// <summary>The message's id.</summary>
    public string MessageId { get; }

    /// <summary>The message's tenant.</summary>
    public string TenantId { get; }

    /// <summary>The name of the event type.</summary>
    public string EventType { get; }

    /// <summary>
    /// The version of the data's form; null where the event type has no versions. Where a catalog has event types with older versions, the
    /// envelope writes it as a string of its own, because the payload has to say in which form it is.
    /// </summary>
    public string? Version { get; }

    /// <summary>The host's id of the event, if it gave one.</summary>
    public string? EventId { get; }

    /// <summary>When the event happened, in UTC: written as ISO 8601 with <c>Z</c>.</summary>
    public DateTime Timestamp { get; }

    /// <summary>The event's data: one JSON value in UTF-8.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Writes the data as one value.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteData(Utf8JsonWriter writer) => writer.WriteRawValue(Data, skipInputValidation: true);

    /// <summary>Writes the properties of the data into the object that is open, for flat payloads.</summary>
    /// <param name="writer">Where to.</param>
    /// <exception cref="InvalidOperationException">The data is not a JSON object.</exception>
    public void WriteDataProperties(Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(Data, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidOperationException(
                $"The data of event type '{EventType}' is not a JSON object, so its properties cannot be written.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            writer.WritePropertyName(reader.GetString()!);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            writer.WriteRawValue(Data[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }
}
