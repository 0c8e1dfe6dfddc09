using Webhooks.Replay;

namespace Webhooks.PostgreSql.Replay;

/// <summary>
/// The part of the log that a replay has before it. Times are looked for in keys, which tells PostgreSQL what partitions to look
/// into, and then exactly.
/// </summary>
internal sealed record ReplayWindow(ReplayRequest Request, Guid After, Guid End)
{
    /// <summary>Whether the replay means a row of the window.</summary>
    public bool Means(DateTimeOffset createdAt, string eventType) =>
        (Request.Since is null || createdAt >= Request.Since)
        && createdAt < Request.Until
        && (Request.EventType is null || string.Equals(Request.EventType, eventType, StringComparison.Ordinal));
}
