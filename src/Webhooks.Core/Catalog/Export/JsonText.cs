using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Export;

/// <summary>JSON as it is written into files: indented, the same on every system.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>An object without the members that are null.</summary>
    public static JsonObject Object(params IEnumerable<(string Name, JsonNode? Value)> members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                result.Add(name, value);
            }
        }

        return result;
    }

    /// <summary>An array of texts; null where there are none.</summary>
    public static JsonArray? Array(IEnumerable<string> texts) =>
        texts.Select(static text => (JsonNode)text).ToArray() is { Length: > 0 } items ? new JsonArray(items) : null;
}
