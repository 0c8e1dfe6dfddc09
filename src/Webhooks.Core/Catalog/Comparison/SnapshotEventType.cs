namespace Webhooks.Catalog.Comparison;

/// <summary>An event type as it was exported.</summary>
internal sealed record SnapshotEventType(string Name, bool IsDeprecated, string? Successor, IReadOnlyList<SnapshotForm> Forms)
{
    /// <summary>Finds the form that endpoints of a version get; null for those without one.</summary>
    public SnapshotForm Find(string? version) => version is null
        ? Forms[0]
        : Forms.FirstOrDefault(form => form.Version is null || EventVersionName.Compare(form.Version, version) <= 0) ?? Forms[^1];
}
