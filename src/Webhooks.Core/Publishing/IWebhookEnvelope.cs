using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>Decides the shape of payloads: what stands around an event's data. Register another to replace the standard one.</summary>
public interface IWebhookEnvelope
{
    /// <summary>Writes the whole payload, once for each message.</summary>
    /// <param name="writer">Where to. It checks that what is written is one JSON value.</param>
    /// <param name="context">The event; its data is written by one of the context's methods.</param>
    void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context);
}
