namespace Webhooks.Catalog.Comparison;

/// <summary>What is different between two catalogs.</summary>
public sealed class EventCatalogComparison
{
    internal EventCatalogComparison(IReadOnlyList<EventCatalogChange> changes) => Changes = changes;

    /// <summary>All changes, by event type; empty where nothing is different for those who read payloads.</summary>
    public IReadOnlyList<EventCatalogChange> Changes { get; }

    /// <summary>The changes that would break subscribers.</summary>
    public IEnumerable<EventCatalogChange> Breaking => Changes.Where(static change => change.IsBreaking);

    /// <summary>Whether nothing would break a subscriber.</summary>
    public bool IsCompatible => !Breaking.Any();

    /// <summary>Fails where something would break a subscriber, with all that would.</summary>
    /// <exception cref="EventCatalogBreakException">There are breaking changes.</exception>
    public void ThrowIfBreaking()
    {
        if (!IsCompatible)
        {
            throw new EventCatalogBreakException(this);
        }
    }

    /// <summary>The changes, one a line, those first that break.</summary>
    public override string ToString() =>
        string.Join('\n', Changes.OrderByDescending(static change => change.IsBreaking));
}
