using System.Text.Json;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Catalog;

namespace Webhooks.AspNetCore.Management.EventTypes;

/// <summary>The catalog as answers show it, made once: it does not change while the host runs.</summary>
internal sealed class EventTypeList
{
    private readonly Lazy<IReadOnlyList<EventTypeResource>> _all;

    public EventTypeList(IEventCatalog catalog, IEventCatalogExporter exporter) => _all = new(() => Create(catalog, exporter));

    public IReadOnlyList<EventTypeResource> All => _all.Value;

    private static EventTypeResource[] Create(IEventCatalog catalog, IEventCatalogExporter exporter)
    {
        using var document = JsonDocument.Parse(exporter.ToJson());
        var exported = document.RootElement.GetProperty("eventTypes").EnumerateArray()
            .ToDictionary(static type => type.GetProperty("name").GetString()!, StringComparer.Ordinal);
        return [.. catalog.EventTypes.Select(type => Create(type, exported[type.Name].GetProperty("versions")))];
    }

    private static EventTypeResource Create(EventType type, JsonElement versions) => new()
    {
        Name = type.Name,
        Description = type.Description,
        Group = type.Group,
        Tags = type.Tags,
        Deprecation = type.Deprecation is { } deprecation
            ? new DeprecationResource { Successor = deprecation.Successor, Reason = deprecation.Reason }
            : null,
        IsAtMostOnce = type.IsAtMostOnce,
        Versions = [.. versions.EnumerateArray().Select(static version => new EventVersionResource
        {
            Version = Text(version, "version"),
            Description = Text(version, "description"),
            Schema = version.GetProperty("payload").Clone(),
            Examples = version.TryGetProperty("examples", out var examples) ? [.. examples.EnumerateArray().Select(CreateExample)] : [],
        })],
    };

    private static EventExampleResource CreateExample(JsonElement example) => new()
    {
        Name = example.GetProperty("name").GetString()!,
        Payload = example.TryGetProperty("payload", out var payload) ? payload.Clone() : JsonNull.Element,
        Data = example.TryGetProperty("data", out var data) ? data.Clone() : JsonNull.Element,
    };

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
