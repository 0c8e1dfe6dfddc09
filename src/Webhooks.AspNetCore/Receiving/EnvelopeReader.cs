using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>Reads the envelope of Standard Webhooks: <c>{type, timestamp, data}</c>, in any order, beside anything else.</summary>
internal static class EnvelopeReader
{
    public static ReceivedWebhook<T> Read<T>(ReceivedWebhook received, JsonTypeInfo<T> dataType)
    {
        try
        {
            var reader = new Utf8JsonReader(received.Body.Span, new JsonReaderOptions { MaxDepth = dataType.Options.MaxDepth });
            return ReadObject(received, ref reader, dataType);
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException("The body is not the JSON that is expected here.", exception);
        }
        catch (FormatException exception)
        {
            throw new BadHttpRequestException("The envelope's 'timestamp' is not an ISO 8601 time.", exception);
        }
    }

    private static ReceivedWebhook<T> ReadObject<T>(ReceivedWebhook received, ref Utf8JsonReader reader, JsonTypeInfo<T> dataType)
    {
        string? type = null;
        DateTimeOffset? timestamp = null;
        T? data = default;
        var hasData = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new BadHttpRequestException("The body is not an envelope: a JSON object with 'type', 'timestamp' and 'data'.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"))
            {
                ReadToString(ref reader, "type");
                type = reader.GetString();
            }
            else if (reader.ValueTextEquals("timestamp"))
            {
                ReadToString(ref reader, "timestamp");
                timestamp = reader.GetDateTimeOffset();
            }
            else if (reader.ValueTextEquals("data"))
            {
                reader.Read();
                data = JsonSerializer.Deserialize(ref reader, dataType);
                hasData = data is not null;
            }
            else
            {
                reader.Skip();
            }
        }

        // Nothing but white space may follow the object.
        reader.Read();
        return new ReceivedWebhook<T>(
            received,
            type ?? throw Missing("type"),
            timestamp ?? throw Missing("timestamp"),
            hasData ? data! : throw Missing("data"));
    }

    private static void ReadToString(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new BadHttpRequestException($"The envelope's '{name}' is not a string.");
        }
    }

    private static BadHttpRequestException Missing(string name) => new($"The envelope's '{name}' is missing.");
}
