using System.Text.Json.Nodes;

namespace Webhooks.Catalog;

/// <summary>
/// Writes the catalog for those who receive its events. The same catalog always gives the same text, so that a host can keep it under
/// version control and see what changes.
/// </summary>
public interface IEventCatalogExporter
{
    /// <summary>Makes the JSON Schema (draft 2020-12) of what is sent: the data of an event with what the envelope puts around it.</summary>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="version">One of its versions; null for the newest.</param>
    /// <exception cref="WebhookValidationException">The catalog has no such event type, or it has no such version.</exception>
    JsonObject GetPayloadSchema(string eventType, string? version = null);

    /// <summary>Makes the JSON Schema (draft 2020-12) of an event's data; of data of any kind it allows everything.</summary>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="version">One of its versions; null for the newest.</param>
    /// <exception cref="WebhookValidationException">The catalog has no such event type, or it has no such version.</exception>
    JsonObject GetDataSchema(string eventType, string? version = null);

    /// <summary>Writes the catalog as JSON: event types with their versions, schemas and examples. It is what snapshots are compared by.</summary>
    string ToJson();

    /// <summary>Writes the catalog as an OpenAPI 3.1 document with a <c>webhooks</c> section, in JSON.</summary>
    /// <param name="document">What the document says of itself; null for the defaults.</param>
    string ToOpenApi(EventCatalogDocument? document = null);

    /// <summary>Writes the catalog as an AsyncAPI 3.0 document, in JSON.</summary>
    /// <param name="document">What the document says of itself; null for the defaults.</param>
    string ToAsyncApi(EventCatalogDocument? document = null);

    /// <summary>Writes the catalog as a page in Markdown.</summary>
    /// <param name="document">What the document says of itself; null for the defaults.</param>
    string ToMarkdown(EventCatalogDocument? document = null);
}
