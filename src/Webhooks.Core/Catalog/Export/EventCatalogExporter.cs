using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Webhooks.Catalog.Schemas;
using Webhooks.Http;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Webhooks.Catalog.Export;

/// <summary>Collects what documents show of the catalog, and lets each kind of document write it.</summary>
internal sealed class EventCatalogExporter(
    IEventCatalog catalog,
    EventSchemas schemas,
    IWebhookEnvelope envelope,
    WebhookSigners signers,
    IOptions<WebhooksOptions> options,
    IOptions<WebhookJsonOptions> jsonOptions) : IEventCatalogExporter
{
    /// <summary>What examples say of when they happened.</summary>
    private static readonly DateTimeOffset ExampleTime = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly JsonSerializerOptions _jsonOptions = jsonOptions.Value.SerializerOptions;

    public JsonObject GetPayloadSchema(string eventType, string? version = null) => SchemaDocument(schemas.OfPayload(FindForm(eventType, version)));

    public JsonObject GetDataSchema(string eventType, string? version = null) =>
        SchemaDocument(schemas.OfData(FindForm(eventType, version)) as JsonObject ?? []);

    public string ToJson() => JsonText.Of(CatalogJson.Write(catalog, CreateEvents(), options.Value.EventVersion));

    public string ToOpenApi(EventCatalogDocument? document = null) =>
        JsonText.Of(new OpenApiExport(document ?? new(), CreateDelivery()).Write(CreateEvents()));

    public string ToAsyncApi(EventCatalogDocument? document = null) =>
        JsonText.Of(new AsyncApiExport(document ?? new(), CreateDelivery()).Write(CreateEvents()));

    public string ToMarkdown(EventCatalogDocument? document = null) =>
        new MarkdownExport(document ?? new(), CreateDelivery()).Write(CreateEvents());

    /// <summary>Adds the dialect to a schema that stands alone.</summary>
    internal static JsonObject SchemaDocument(JsonObject schema)
    {
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return schema;
    }

    private EventForm FindForm(string name, string? version)
    {
        if (!catalog.TryGet(name, out var eventType))
        {
            throw new WebhookValidationException("eventType", "known", name, EventTypeName.NotInCatalog(name, catalog));
        }

        var forms = EventForm.Of(eventType);
        return version is null
            ? forms[0]
            : Array.Find(forms, form => string.Equals(form.Version, version, StringComparison.Ordinal))
                ?? throw new WebhookValidationException("version", "known", version, $"is not a version of event type '{name}'.");
    }

    private List<ExportedEvent> CreateEvents() =>
    [
        .. catalog.EventTypes.SelectMany(EventForm.Of).Select(form => new ExportedEvent(
            form,
            schemas.OfPayload(form),
            schemas.FindData(form),
            [.. form.Examples.Select(example => CreateExample(form, example))])),
    ];

    private ExportedExample CreateExample(EventForm form, EventExample example)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(example.Value, form.GetTypeInfo(_jsonOptions));
        return new ExportedExample(example.Name, JsonNode.Parse(data), WritePayload(form, data));
    }

    private JsonNode? WritePayload(EventForm form, byte[] data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        try
        {
            envelope.Write(writer, new WebhookEnvelopeContext(
                "msg_06db7tm30w000000000000000z", WebhooksDefaults.TenantId, form.EventType.Name, null, ExampleTime, data, form.Version));
            writer.Flush();
            return JsonNode.Parse(buffer.WrittenSpan);
        }
        catch (Exception)
        {
            // An envelope may want more of an event than an example has. The data is shown all the same.
            return null;
        }
    }

    private ExportedDelivery CreateDelivery()
    {
        var headers = new List<ExportedHeader>();
        foreach (var signer in signers.Find(names: null))
        {
            headers.AddRange(signer.HeaderNames.Select(name => Describe(signer, name)));
        }

        if (options.Value.Diagnostics.SendTraceParent)
        {
            headers.Add(new ExportedHeader(ReservedHeaders.TraceParent, "The trace that the event belongs to (W3C Trace Context)."));
        }

        return new ExportedDelivery(options.Value, [.. headers.DistinctBy(static header => header.Name, StringComparer.OrdinalIgnoreCase)]);
    }

    private static ExportedHeader Describe(IWebhookSigner signer, string name)
    {
        var scheme = (signer as SchemeSigner)?.Scheme;
        return scheme switch
        {
            not null when Is(scheme.IdHeader) => new(name, "The message's id: the same on every attempt, so that receivers know what they have handled.", IsMessageId: true),
            not null when Is(scheme.TimestampHeader) => new(name, "When the attempt was made, in Unix seconds. Receivers refuse old ones."),
            not null => new(name, $"The signature of '{scheme.SignedContent}' by the scheme '{signer.Name}'. Receivers verify it before they read the body."),
            _ => new(name, $"Set by the signature scheme '{signer.Name}'."),
        };

        bool Is(string? header) => string.Equals(header, name, StringComparison.OrdinalIgnoreCase);
    }
}
