using System.Collections.Concurrent;
using Webhooks.Filters;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The filters that the subscribers of an event type had when an append last asked for them. They may have others by now: an append says
/// which ones it has asked, and finds out (<see cref="AppendStatement"/>).
/// </summary>
internal sealed class KnownFilters
{
    /// <summary>The most filters that are remembered, over all event types; then it starts anew.</summary>
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<(string TenantId, string EventType), PayloadFilter[]> _known = [];
    private readonly PayloadFilterCache _filters = new();
    private int _remembered;

    public PayloadFilter[]? Find((string TenantId, string EventType) type) =>
        !_known.IsEmpty && _known.TryGetValue(type, out var filters) ? filters : null;

    public PayloadFilter[] Remember((string TenantId, string EventType) type, IEnumerable<string> texts)
    {
        PayloadFilter[] filters = [.. texts.Distinct(StringComparer.Ordinal).Select(text => _filters.Get(text)!)];
        if (Interlocked.Add(ref _remembered, filters.Length) > MaxRemembered)
        {
            _known.Clear();
            Interlocked.Exchange(ref _remembered, filters.Length);
        }

        return _known[type] = filters;
    }
}
