namespace Webhooks.Crash.Host;

/// <summary>An event that is sent at most once.</summary>
internal sealed record Once(string EventId);
