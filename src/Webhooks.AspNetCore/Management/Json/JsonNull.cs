using System.Text.Json;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>
/// JSON that may be null, as a <see cref="JsonElement"/> that is never undefined: a nullable one would be described as either null or
/// anything, which null is both of.
/// </summary>
internal static class JsonNull
{
    public static JsonElement Element { get; } = Parse("null"u8.ToArray());

    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static bool IsNull(this JsonElement element) => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;
}
