using Webhooks.Catalog;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>The enabled endpoints that subscribe to an event type, the first created first, as they were when they were looked up.</summary>
/// <param name="Type">The event type.</param>
/// <param name="Endpoints">The endpoints.</param>
internal sealed record EventTypeMatches(EventTypeKey Type, EndpointMatch[] Endpoints)
{
    /// <summary>The patterns that match the event type, as the statements of fan-out take them.</summary>
    public string Patterns { get; } = PatternsOf(Type.EventType);

    public static string PatternsOf(string eventType) => string.Join(' ', EventTypePattern.AllThatMatch(eventType));
}
