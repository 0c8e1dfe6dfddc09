using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Webhooks.Validation;

namespace Webhooks.Transformations;

/// <summary>A projection in the shape of the payloads that it goes through. What it does not name is copied as it is written.</summary>
internal sealed class ProjectionTree
{
    private const int MaxDepth = 1_000;

    private readonly Node _root = new();

    public ProjectionTree(PayloadProjection projection)
    {
        _root.IsIncluded = projection.Include.Count == 0;
        foreach (var place in projection.Include)
        {
            Add(place, isIncluded: true).IsIncluded = true;
        }

        foreach (var place in projection.Exclude)
        {
            Add(place).IsExcluded = true;
        }

        foreach (var (place, name) in projection.Rename)
        {
            Add(place).NewName = name;
        }
    }

    /// <exception cref="JsonException">The payload is no JSON object or array.</exception>
    /// <exception cref="InvalidOperationException">A name in it is no text.</exception>
    public byte[] Apply(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = MaxDepth });
        if (document.RootElement.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            throw new JsonException();
        }

        var buffer = new ArrayBufferWriter<byte>(payload.Length);
        using (var writer = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth, SkipValidation = true }))
        {
            Write(writer, document.RootElement, _root, _root.IsIncluded);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, in JsonElement value, Node? node, bool isIncluded)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when node is { Children: { } children }:
                writer.WriteStartObject();
                var newNames = FindNewNames(value, children, isIncluded);
                foreach (var member in value.EnumerateObject())
                {
                    var child = children.GetValueOrDefault(member.Name);
                    var name = child?.NewName ?? member.Name;
                    if (IsKept(member.Value, child, isIncluded) && (child?.NewName is not null || newNames?.Contains(name) is not true))
                    {
                        writer.WritePropertyName(name);
                        Write(writer, member.Value, child, isIncluded || child is { IsIncluded: true });
                    }
                }

                writer.WriteEndObject();
                break;

            case JsonValueKind.Array when node is { Children: { } children }:
                writer.WriteStartArray();
                var index = 0;
                foreach (var element in value.EnumerateArray())
                {
                    var child = children.GetValueOrDefault(index++.ToString(CultureInfo.InvariantCulture));
                    if (IsKept(element, child, isIncluded))
                    {
                        Write(writer, element, child, isIncluded || child is { IsIncluded: true });
                    }
                }

                writer.WriteEndArray();
                break;

            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                break;
        }
    }

    private static HashSet<string>? FindNewNames(in JsonElement value, Dictionary<string, Node> children, bool isIncluded)
    {
        HashSet<string>? names = null;
        foreach (var (name, child) in children)
        {
            if (child.NewName is { } newName && value.TryGetProperty(name, out var member) && IsKept(member, child, isIncluded))
            {
                (names ??= new(StringComparer.Ordinal)).Add(newName);
            }
        }

        return names;
    }

    /// <summary>A value is kept for itself, or because it leads to what is.</summary>
    private static bool IsKept(in JsonElement value, Node? node, bool isIncluded) =>
        node is not { IsExcluded: true }
        && (isIncluded
            || node is { IsIncluded: true }
            || (node is { LeadsToIncluded: true } && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array));

    private Node Add(string place, bool isIncluded = false)
    {
        var node = _root;
        foreach (var name in JsonPointer.Read(place))
        {
            node.LeadsToIncluded |= isIncluded;
            node = (node.Children ??= new(StringComparer.Ordinal)).TryGetValue(name, out var child) ? child : node.Children[name] = new Node();
        }

        return node;
    }

    private sealed class Node
    {
        public Dictionary<string, Node>? Children { get; set; }

        public bool IsIncluded { get; set; }

        public bool LeadsToIncluded { get; set; }

        public bool IsExcluded { get; set; }

        public string? NewName { get; set; }
    }
}
