using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Webhooks.Filters;

/// <summary>Writes filters in their one form (<see cref="PayloadFilter.Text"/>).</summary>
internal static class FilterText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="root">A filter without errors.</param>
    public static string Write(JsonElement root) => Write(writer => WriteMembers(writer, root));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.GetPropertyCount() == 1 && value.TryGetProperty("$eq", out var operand):
                Write(writer, operand);
                break;

            case JsonValueKind.Object:
                WriteMembers(writer, value);
                break;

            case JsonValueKind.Array:
                WriteList(writer, value);
                break;

            case JsonValueKind.String:
                writer.WriteStringValue(value.GetString());
                break;

            case JsonValueKind.Number:
                writer.WriteRawValue(JsonNumber.Read(Encoding.UTF8.GetBytes(value.GetRawText())).ToString());
                break;

            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonElement value)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(member.Name);
            if (member.Name is "$in" or "$nin")
            {
                WriteSet(writer, member.Value);
            }
            else
            {
                Write(writer, member.Value);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, JsonElement list)
    {
        writer.WriteStartArray();
        foreach (var item in list.EnumerateArray())
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    /// <summary>The order of these values does not matter, nor how often one is there.</summary>
    private static void WriteSet(Utf8JsonWriter writer, JsonElement list)
    {
        var values = list.EnumerateArray().Select(static item => Write(one => Write(one, item)));
        writer.WriteStartArray();
        foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            writer.WriteRawValue(value);
        }

        writer.WriteEndArray();
    }
}
