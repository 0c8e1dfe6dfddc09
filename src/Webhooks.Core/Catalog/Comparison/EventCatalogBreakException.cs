namespace Webhooks.Catalog.Comparison;

/// <summary>The catalog has changed in a way that would break subscribers.</summary>
/// <param name="comparison">What is different.</param>
public sealed class EventCatalogBreakException(EventCatalogComparison comparison)
    : WebhookException($"The event catalog has changed in a way that would break subscribers:\n{string.Join('\n', comparison.Breaking)}")
{
    /// <summary>What is different.</summary>
    public EventCatalogComparison Comparison { get; } = comparison;
}
