using System.Collections.Concurrent;

namespace Webhooks.Filters;

/// <summary>
/// Filters by their texts, so that a store does not read the same text again and again. Any number of threads may use it. For adapter
/// authors.
/// </summary>
public sealed class PayloadFilterCache
{
    /// <summary>The most filters that it keeps; then it starts anew.</summary>
    private const int MaxFilters = 10_000;

    private readonly ConcurrentDictionary<string, PayloadFilter> _filters = new(StringComparer.Ordinal);

    /// <summary>The filter of a text.</summary>
    /// <param name="text">An endpoint's filter, as it is stored.</param>
    /// <returns>
    /// The filter; null for null. A text that is none, because a newer version wrote it, leaves nothing out: what an endpoint gets too much
    /// does less harm than what it never gets.
    /// </returns>
    public PayloadFilter? Get(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (_filters.TryGetValue(text, out var filter))
        {
            return filter;
        }

        if (_filters.Count >= MaxFilters)
        {
            _filters.Clear();
        }

        return _filters.GetOrAdd(text, PayloadFilter.ReadStored);
    }
}
