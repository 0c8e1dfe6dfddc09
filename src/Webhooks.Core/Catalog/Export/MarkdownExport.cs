using System.Text;
using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Export;

/// <summary>The catalog as a page for people.</summary>
internal sealed class MarkdownExport(EventCatalogDocument document, ExportedDelivery delivery)
{
    private readonly StringBuilder _text = new();

    public string Write(IReadOnlyList<ExportedEvent> events)
    {
        _text.Clear();
        Paragraph($"# {document.Title}");
        if (document.Description is { } description)
        {
            Paragraph(description);
        }

        Paragraph("## Requests");
        Paragraph(ExportedDelivery.Summary);
        if (delivery.Headers.Count > 0)
        {
            Table(["Header", "What it says"], delivery.Headers.Select(static header => new[] { $"`{header.Name}`", header.Description }));
        }

        Table(
            ["Answer", "What follows"],
            [
                ["2xx", ExportedDelivery.Accepted],
                ["410", ExportedDelivery.Gone],
                ["429, 503", ExportedDelivery.NotNow],
                ["all else", delivery.Failed],
            ]);

        foreach (var group in events
            .GroupBy(static form => form.EventType.Group, StringComparer.Ordinal)
            .OrderBy(static group => group.Key is null)
            .ThenBy(static group => group.Key, StringComparer.Ordinal))
        {
            Paragraph($"## {group.Key ?? "Other events"}");
            foreach (var form in group)
            {
                WriteEvent(form);
            }
        }

        return _text.ToString().TrimEnd('\n') + "\n";
    }

    private void WriteEvent(ExportedEvent form)
    {
        Paragraph($"### {form.Key}");
        if (form.Description is { } description)
        {
            Paragraph(description);
        }

        if (form.EventType.Tags.Count > 0)
        {
            Paragraph($"Tags: {string.Join(", ", form.EventType.Tags)}.");
        }

        var fields = new List<string[]>();
        AddFields(form.Payload, "", [], fields);
        if (fields.Count > 0)
        {
            Table(["Field", "Type", "Always there", "What it says"], fields);
        }

        foreach (var example in form.Examples)
        {
            Paragraph($"Example `{example.Name}`:");
            Paragraph($"```json\n{JsonText.Of(example.Payload ?? example.Data)}```");
        }
    }

    private static void AddFields(JsonNode? node, string path, IReadOnlyList<string> requiredOutside, List<string[]> fields)
    {
        if (node is not JsonObject schema)
        {
            return;
        }

        string[] required = [.. requiredOutside, .. (schema["required"] as JsonArray ?? []).Select(static name => (string)name!)];
        foreach (var part in (schema["allOf"] as JsonArray ?? []).Concat(schema["anyOf"] as JsonArray ?? []))
        {
            AddFields(part, path, required, fields);
        }

        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            var place = path.Length == 0 ? name : $"{path}.{name}";
            var description = ((property as JsonObject)?["description"], IsDeprecated(property)) switch
            {
                ({ } words, true) => $"Deprecated. {(string)words!}",
                (null, true) => "Deprecated.",
                var (words, _) => (string?)words ?? "",
            };
            fields.Add([$"`{place}`", TypeOf(property), required.Contains(name, StringComparer.Ordinal) ? "yes" : "no", description]);
            AddFields(property, place, [], fields);
        }

        AddFields(schema["items"], $"{path}[]", [], fields);
        AddFields(schema["additionalProperties"], path.Length == 0 ? "*" : $"{path}.*", [], fields);
    }

    private static bool IsDeprecated(JsonNode? schema) => (schema as JsonObject)?["deprecated"] is not null;

    private static string TypeOf(JsonNode? node)
    {
        if (node is not JsonObject schema)
        {
            return "any";
        }

        if (schema["$ref"] is { } reference)
        {
            return $"the same as {PlaceOf((string)reference!)}";
        }

        if (schema.ContainsKey("const"))
        {
            return $"`{schema["const"]?.ToJsonString() ?? "null"}`";
        }

        if (schema["enum"] is JsonArray values)
        {
            return $"one of {string.Join(", ", values.Select(static value => $"`{value?.ToJsonString() ?? "null"}`"))}";
        }

        var types = schema["type"] switch
        {
            JsonArray several => string.Join(" or ", several.Select(static type => (string)type!)),
            JsonValue one => (string)one!,
            _ => schema.ContainsKey("anyOf") ? "one of several forms" : "any",
        };
        if (schema["items"] is { } items)
        {
            types = $"{types} of {TypeOf(items)}";
        }
        else if (schema["additionalProperties"] is JsonObject entries)
        {
            types = $"{types} with values of {TypeOf(entries)}";
        }

        return schema["format"] is { } format ? $"{types} ({(string)format!})" : types;
    }

    /// <summary>The path of fields that a pointer into the schema leads to.</summary>
    private static string PlaceOf(string reference)
    {
        var path = new StringBuilder();
        var segments = reference.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            switch (segments[i])
            {
                case "properties" when i + 1 < segments.Length:
                    path.Append(path.Length == 0 ? "" : ".").Append(segments[++i]);
                    break;
                case "items":
                    path.Append("[]");
                    break;
                case "additionalProperties":
                    path.Append(".*");
                    break;
                default:
                    break;
            }
        }

        return path.Length == 0 ? "the whole" : $"`{path}`";
    }

    private void Paragraph(string text) => _text.Append(text).Append("\n\n");

    private void Table(IReadOnlyList<string> titles, IEnumerable<IReadOnlyList<string>> rows)
    {
        Row(titles);
        Row([.. titles.Select(static _ => "---")]);
        foreach (var row in rows)
        {
            Row(row);
        }

        _text.Append('\n');
    }

    private void Row(IReadOnlyList<string> cells) => _text
        .Append("| ")
        .AppendJoin(" | ", cells.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ')))
        .Append(" |\n");
}
