using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>Times as RFC 3339 in UTC: <c>2026-11-28T21:40:00.123Z</c>. What is read needs an offset, so that it is a time.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var time)
            ? time
            : throw new JsonException("It is not a time.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ToText(value));

    public static string ToText(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Contains('T', StringComparison.OrdinalIgnoreCase)
            && (text.EndsWith('Z') || text.EndsWith('z') || text.AsSpan()[Math.Max(0, text.Length - 6)..].ContainsAny('+', '-'))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
