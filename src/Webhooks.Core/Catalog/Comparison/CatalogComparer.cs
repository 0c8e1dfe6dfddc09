namespace Webhooks.Catalog.Comparison;

/// <summary>Compares catalogs by what each kind of subscriber gets.</summary>
internal static class CatalogComparer
{
    private const string NewVersion =
        "Give the new form a version of its own (WithVersion), keep the old one with WithOlderVersion, and set EventVersion until subscribers have moved on.";

    public static IReadOnlyList<EventCatalogChange> Compare(SnapshotCatalog before, SnapshotCatalog after)
    {
        var changes = new List<EventCatalogChange>();
        var names = before.EventTypes.Concat(after.EventTypes).Select(static type => type.Name);
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var old = before.EventTypes.FirstOrDefault(type => string.Equals(type.Name, name, StringComparison.Ordinal));
            var current = after.EventTypes.FirstOrDefault(type => string.Equals(type.Name, name, StringComparison.Ordinal));
            if (old is null)
            {
                changes.Add(new(name, null, null, EventCatalogRule.EventTypeAdded, IsBreaking: false, "is new."));
            }
            else if (current is null)
            {
                changes.Add(new(
                    name,
                    null,
                    null,
                    EventCatalogRule.EventTypeRemoved,
                    IsBreaking: true,
                    "is gone. Deprecate it first, name a successor, and remove it when nobody subscribes to it."));
            }
            else
            {
                CompareVersions(old, current, before, changes);
                ComparePayloads(old, current, before, after, changes);
            }
        }

        return changes;
    }

    private static void CompareVersions(
        SnapshotEventType old, SnapshotEventType current, SnapshotCatalog before, List<EventCatalogChange> changes)
    {
        if (current.IsDeprecated && !old.IsDeprecated)
        {
            var successor = current.Successor is { } name ? $" Its successor is '{name}'." : "";
            changes.Add(new(old.Name, null, null, EventCatalogRule.EventTypeDeprecated, IsBreaking: false, $"is deprecated.{successor}"));
        }

        string[] oldVersions = [.. old.Forms.Select(static form => form.Version).OfType<string>()];
        string[] newVersions = [.. current.Forms.Select(static form => form.Version).OfType<string>()];
        foreach (var version in oldVersions.Except(newVersions, StringComparer.Ordinal))
        {
            changes.Add(new(
                old.Name,
                version,
                null,
                EventCatalogRule.VersionRemoved,
                IsBreaking: true,
                "is gone, so endpoints of this version get another form. Keep it with WithOlderVersion until no endpoint has it."));
        }

        foreach (var version in newVersions.Except(oldVersions, StringComparer.Ordinal))
        {
            // The form that was there before there were versions may be called anything: its payloads say so from now on.
            var isName = oldVersions.Length == 0 && string.Equals(version, newVersions[^1], StringComparison.Ordinal);
            var newer = before.Versions.FirstOrDefault(other => EventVersionName.Compare(version, other) <= 0);
            changes.Add(newer is null || isName
                ? new(old.Name, version, null, EventCatalogRule.VersionAdded, IsBreaking: false, "is a new version.")
                : new(
                    old.Name,
                    version,
                    null,
                    EventCatalogRule.VersionNotNewest,
                    IsBreaking: true,
                    $"is a new version, but not newer than '{newer}', which the catalog had: endpoints of that version would get it. Give it a newer one."));
        }
    }

    private static void ComparePayloads(
        SnapshotEventType old, SnapshotEventType current, SnapshotCatalog before, SnapshotCatalog after, List<EventCatalogChange> changes)
    {
        var seen = new HashSet<(string?, EventCatalogRule)>();
        foreach (var version in before.Versions.Order(Comparer<string>.Create(EventVersionName.Compare)).Reverse().Prepend<string?>(null))
        {
            var isOwn = old.Forms.Any(form => string.Equals(form.Version, version, StringComparison.Ordinal));
            if (version is not null && !isOwn)
            {
                // Endpoints of this version get the form of an older one, which is compared on its own.
                continue;
            }

            foreach (var change in SchemaComparer.Compare(
                old.Find(version ?? before.EventVersion).Payload, current.Find(version ?? after.EventVersion).Payload))
            {
                if (seen.Add((change.Path, change.Rule)))
                {
                    changes.Add(new(
                        old.Name,
                        version,
                        change.Path,
                        change.Rule,
                        change.IsBreaking,
                        change.IsBreaking ? $"{change.Message} {NewVersion}" : change.Message));
                }
            }
        }
    }
}
