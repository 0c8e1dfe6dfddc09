namespace Webhooks.Catalog;

/// <summary>
/// What an endpoint subscribes to: an exact event type (<c>task.completed</c>), every type below a prefix (<c>task.*</c>), or
/// everything (<c>*</c>).
/// </summary>
public static class EventTypePattern
{
    /// <summary>The pattern that matches every event type.</summary>
    public const string All = "*";

    private const string PrefixEnd = ".*";

    /// <summary>Whether a text is a pattern.</summary>
    /// <param name="pattern">The text.</param>
    public static bool IsValid(string pattern) =>
        pattern is All || EventTypeName.IsValid(IsPrefix(pattern) ? pattern.AsSpan(0, pattern.Length - PrefixEnd.Length) : pattern);

    /// <summary>Whether a pattern matches an event type.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="eventType">The name of the event type.</param>
    public static bool Matches(string pattern, string eventType) =>
        pattern is All
        || (IsPrefix(pattern)
            ? eventType.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : string.Equals(pattern, eventType, StringComparison.Ordinal));

    /// <summary>
    /// Every pattern that matches an event type, so that a store can look subscriptions up by key: for <c>a.b.c</c> these are
    /// <c>*</c>, <c>a.*</c>, <c>a.b.*</c> and <c>a.b.c</c>.
    /// </summary>
    /// <param name="eventType">The name of the event type.</param>
    public static IReadOnlyList<string> AllThatMatch(string eventType)
    {
        var patterns = new List<string> { All };
        for (var i = eventType.IndexOf('.', StringComparison.Ordinal); i >= 0; i = eventType.IndexOf('.', i + 1))
        {
            patterns.Add(string.Concat(eventType.AsSpan(0, i), PrefixEnd));
        }

        patterns.Add(eventType);
        return patterns;
    }

    private static bool IsPrefix(string pattern) => pattern.EndsWith(PrefixEnd, StringComparison.Ordinal);
}
