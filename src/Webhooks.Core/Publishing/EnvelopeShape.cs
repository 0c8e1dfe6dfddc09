using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>
/// What an envelope makes of an event: found out by letting it write one that is made up. So a payload can be described, and its data
/// found in it, whatever envelope the host has.
/// </summary>
internal sealed class EnvelopeShape
{
    private const string MessageId = "probe-message";
    private const string TenantId = "probe-tenant";
    private const string EventId = "probe-event";
    private const string Version = "probe-version";
    private const string DataProperty = "probe-data";

    private static readonly DateTimeOffset Timestamp = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly string _eventType;
    private bool _holdsData;
    private bool _holdsVersion;

    private EnvelopeShape(string eventType) => _eventType = eventType;

    /// <summary>The payload; null where the envelope writes no event that is made up.</summary>
    public EnvelopePart? Root { get; private set; }

    /// <summary>Why payloads cannot be converted into another version; null where they can.</summary>
    public string? Problem { get; private set; }

    public static EnvelopeShape Of(IWebhookEnvelope envelope, string eventType)
    {
        var shape = new EnvelopeShape(eventType);
        try
        {
            using var whole = Write(envelope, eventType, EventId, Version);
            using var withoutEventId = Write(envelope, eventType, null, Version);
            using var withoutVersion = Write(envelope, eventType, EventId, null);
            shape.Root = shape.Read(whole.RootElement, withoutEventId.RootElement, withoutVersion.RootElement);
            shape.Problem = (shape._holdsData, shape._holdsVersion) switch
            {
                (false, _) => "does not write the data as it is",
                (_, false) => "does not write Version as a string of its own",
                _ => null,
            };
        }
        catch (Exception exception)
        {
            shape.Problem = $"did not write an event that was made up to see what it does: {exception.Message}";
        }

        return shape;
    }

    /// <summary>Finds the data in a payload, and the version of its form.</summary>
    /// <returns>The data's place; of a flat payload all of it. The version is null where it has none.</returns>
    /// <exception cref="InvalidOperationException">There is no data in it.</exception>
    public (Range Data, string? Version) Find(ReadOnlySpan<byte> payload)
    {
        (Range? Data, string? Version) found = default;
        var reader = NewReader(payload);
        reader.Read();
        Find(ref reader, Root, ref found);
        return found.Data is { } data
            ? (data, found.Version)
            : throw new InvalidOperationException("The stored payload is not of the shape that the envelope writes.");
    }

    /// <summary>Makes a payload with other data, in which everything else stays as it is.</summary>
    public byte[] Replace(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> data, string version, JavaScriptEncoder? encoder)
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length + data.Length);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = encoder });
        var reader = NewReader(payload);
        reader.Read();
        Replace(ref reader, Root, payload, new WebhookEnvelopeContext("", "", _eventType, null, default, data, version), writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonDocument Write(IWebhookEnvelope envelope, string eventType, string? eventId, string? version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        envelope.Write(writer, new WebhookEnvelopeContext(
            MessageId, TenantId, eventType, eventId, Timestamp, "{\"probe-data\":0}"u8, version));
        writer.Flush();
        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    private static Utf8JsonReader NewReader(ReadOnlySpan<byte> payload) => new(payload, new JsonReaderOptions { MaxDepth = int.MaxValue });

    private EnvelopePart Read(JsonElement whole, JsonElement? withoutEventId, JsonElement? withoutVersion)
    {
        switch (whole.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = whole.EnumerateObject().ToList();
                if (properties is [{ Name: DataProperty }])
                {
                    _holdsData = true;
                    return new EnvelopePart.Data();
                }

                var isFlat = properties.RemoveAll(static property => property.NameEquals(DataProperty)) > 0;
                _holdsData |= isFlat;
                return new EnvelopePart.Object(
                    [.. properties.Select(property => Read(property, Find(withoutEventId, property.Name), Find(withoutVersion, property.Name)))],
                    isFlat);
            case JsonValueKind.Array:
                return new EnvelopePart.Array(
                [
                    .. whole.EnumerateArray().Select((item, index) => Read(item, Find(withoutEventId, index), Find(withoutVersion, index))),
                ]);
            case JsonValueKind.String when FindMeaning(whole) is { } meaning:
                _holdsVersion |= meaning == EnvelopeText.Version;
                return new EnvelopePart.Text(meaning);
            default:
                return new EnvelopePart.Value(whole.ValueKind);
        }
    }

    private EnvelopePart.Property Read(JsonProperty whole, JsonElement? withoutEventId, JsonElement? withoutVersion) => new(
        whole.Name, Read(whole.Value, withoutEventId, withoutVersion), IsMissing(withoutEventId), IsMissing(withoutVersion));

    private static bool IsMissing(JsonElement? element) => element is null or { ValueKind: JsonValueKind.Null };

    private static JsonElement? Find(JsonElement? element, string property) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(property, out var value) ? value : null;

    private static JsonElement? Find(JsonElement? element, int index) =>
        element is { ValueKind: JsonValueKind.Array } parent && index < parent.GetArrayLength() ? parent[index] : null;

    private EnvelopeText? FindMeaning(JsonElement text) => text.GetString() switch
    {
        MessageId => EnvelopeText.MessageId,
        TenantId => EnvelopeText.TenantId,
        EventId => EnvelopeText.EventId,
        Version => EnvelopeText.Version,
        var other when string.Equals(other, _eventType, StringComparison.Ordinal) => EnvelopeText.EventType,
        _ when text.TryGetDateTimeOffset(out var time) && time == Timestamp => EnvelopeText.Timestamp,
        _ => null,
    };

    private static void Find(ref Utf8JsonReader reader, EnvelopePart? part, ref (Range? Data, string? Version) found)
    {
        switch (part)
        {
            case EnvelopePart.Data:
                found.Data = SkipValue(ref reader);
                break;
            case EnvelopePart.Text { Meaning: EnvelopeText.Version } when reader.TokenType == JsonTokenType.String:
                found.Version = reader.GetString();
                break;
            case EnvelopePart.Object container when reader.TokenType == JsonTokenType.StartObject:
                if (container.HoldsDataProperties)
                {
                    var ahead = reader;
                    found.Data = SkipValue(ref ahead);
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var property = FindProperty(container, ref reader);
                    reader.Read();
                    Find(ref reader, property?.Part, ref found);
                }

                break;
            case EnvelopePart.Array array when reader.TokenType == JsonTokenType.StartArray:
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    Find(ref reader, array.Items.ElementAtOrDefault(i), ref found);
                }

                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static void Replace(
        ref Utf8JsonReader reader, EnvelopePart? part, ReadOnlySpan<byte> payload, WebhookEnvelopeContext context, Utf8JsonWriter writer)
    {
        switch (part)
        {
            case EnvelopePart.Data:
                SkipValue(ref reader);
                context.WriteData(writer);
                break;
            case EnvelopePart.Text { Meaning: EnvelopeText.Version }:
                writer.WriteStringValue(context.Version);
                break;
            case EnvelopePart.Object container when reader.TokenType == JsonTokenType.StartObject:
                writer.WriteStartObject();
                ReplaceProperties(ref reader, container, payload, context, writer);
                writer.WriteEndObject();
                break;
            case EnvelopePart.Array array when reader.TokenType == JsonTokenType.StartArray:
                writer.WriteStartArray();
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    Replace(ref reader, array.Items.ElementAtOrDefault(i), payload, context, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteRawValue(payload[SkipValue(ref reader)], skipInputValidation: true);
                break;
        }
    }

    private static void ReplaceProperties(
        ref Utf8JsonReader reader,
        EnvelopePart.Object container,
        ReadOnlySpan<byte> payload,
        WebhookEnvelopeContext context,
        Utf8JsonWriter writer)
    {
        var isDataDue = container.HoldsDataProperties;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = FindProperty(container, ref reader);
            if (property is null && container.HoldsDataProperties)
            {
                // A property of the data: all of the new ones stand where the first of the old ones did.
                if (isDataDue)
                {
                    context.WriteDataProperties(writer);
                    isDataDue = false;
                }

                reader.Read();
                reader.Skip();
                continue;
            }

            writer.WritePropertyName(reader.GetString()!);
            reader.Read();
            Replace(ref reader, property?.Part, payload, context, writer);
        }

        if (isDataDue)
        {
            context.WriteDataProperties(writer);
        }
    }

    private static EnvelopePart.Property? FindProperty(EnvelopePart.Object container, ref Utf8JsonReader reader)
    {
        foreach (var property in container.Properties)
        {
            if (reader.ValueTextEquals(property.Name))
            {
                return property;
            }
        }

        return null;
    }

    private static Range SkipValue(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
