namespace Webhooks.Catalog;

/// <summary>That nobody should subscribe to an event type any more.</summary>
/// <param name="Successor">The name of the event type that takes its place, of the same catalog; null for none.</param>
/// <param name="Reason">Why, and until when it is sent, for people; null for nothing to say.</param>
public sealed record EventDeprecation(string? Successor, string? Reason);
