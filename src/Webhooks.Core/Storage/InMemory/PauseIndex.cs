namespace Webhooks.Storage.InMemory;

/// <summary>Finds the enabled endpoint whose pause ends next. A row is taken out while its pause or status changes.</summary>
internal sealed class PauseIndex
{
    private readonly SortedSet<EndpointRow> _paused = new(Comparer<EndpointRow>.Create((left, right) =>
    {
        var order = left.PausedUntil.GetValueOrDefault().CompareTo(right.PausedUntil.GetValueOrDefault());
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }));

    public DateTimeOffset? Next => _paused.Min?.PausedUntil;

    public EndpointRow? FirstOver(DateTimeOffset now) => _paused.Min is { } first && first.PausedUntil <= now ? first : null;

    public void Add(EndpointRow endpoint)
    {
        if (endpoint.IsEnabled && endpoint.PausedUntil is not null)
        {
            _paused.Add(endpoint);
        }
    }

    public void Remove(EndpointRow endpoint) => _paused.Remove(endpoint);
}
