using System.Collections.Concurrent;

namespace Webhooks.Publishing;

/// <summary>What the host's envelope makes of each event type.</summary>
internal sealed class EnvelopeShapes(IWebhookEnvelope envelope)
{
    private readonly ConcurrentDictionary<string, EnvelopeShape> _shapes = new(StringComparer.Ordinal);

    /// <summary>Finds out what payloads of an event type look like.</summary>
    public EnvelopeShape Of(string eventType) =>
        _shapes.TryGetValue(eventType, out var shape)
            ? shape
            : _shapes.GetOrAdd(eventType, EnvelopeShape.Of(envelope, eventType));
}
