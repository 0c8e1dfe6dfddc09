using System.Text.Json;

namespace Webhooks.Catalog.Comparison;

/// <summary>
/// Compares an event catalog with the one that subscribers know, by what <see cref="IEventCatalogExporter.ToJson"/> wrote:
/// a host keeps that under version control, and a test tells what would break its subscribers.
/// </summary>
public static class EventCatalogSnapshot
{
    /// <summary>
    /// Compares what subscribers get: those without a version, and those of each version that there was. The question is always whether one who
    /// reads the old payloads can read the new ones, and ignores properties that they do not know.
    /// </summary>
    /// <param name="before">The catalog that subscribers know.</param>
    /// <param name="after">The catalog of now.</param>
    /// <exception cref="JsonException">One of them is no JSON.</exception>
    /// <exception cref="ArgumentException">One of them is not a catalog that the exporter wrote.</exception>
    public static EventCatalogComparison Compare(string before, string after) =>
        new(CatalogComparer.Compare(SnapshotCatalog.Read(before, nameof(before)), SnapshotCatalog.Read(after, nameof(after))));
}
