namespace Webhooks.Crash.Host;

/// <summary>An event that can be recognised again.</summary>
internal sealed record Numbered(string EventId);
