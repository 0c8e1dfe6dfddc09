using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Comparison;

/// <summary>
/// Compares schemas by the reader's question: is all that the new one allows also allowed by the old one? What it cannot be sure of, it calls
/// breaking.
/// </summary>
internal sealed class SchemaComparer
{
    /// <summary>How deep payloads can be compared.</summary>
    private const int MaxDepth = 64;

    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    /// <summary>What is compared by itself, or says nothing about values.</summary>
    private static readonly HashSet<string> KnownKeywords = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$ref", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf", "allOf",
    };

    private readonly JsonNode _oldRoot;
    private readonly JsonNode _newRoot;
    private readonly HashSet<(JsonNode, JsonNode)> _underWay = [];
    private readonly List<SchemaChange> _changes = [];

    private SchemaComparer(JsonNode oldRoot, JsonNode newRoot)
    {
        _oldRoot = oldRoot;
        _newRoot = newRoot;
    }

    public static IReadOnlyList<SchemaChange> Compare(JsonNode before, JsonNode after)
    {
        var comparer = new SchemaComparer(before, after);
        comparer.Compare(before, after, "$");
        return comparer._changes;
    }

    private void Compare(JsonNode? before, JsonNode? after, string path)
    {
        // A recursive type meets itself: then it is compared already.
        var key = (before ?? true, after ?? true);
        if (before is not null && after is not null && !_underWay.Add(key))
        {
            return;
        }

        if (_underWay.Count > MaxDepth)
        {
            Break(path, EventCatalogRule.ConstraintChanged, "is nested too deeply to be compared.");
            return;
        }

        var oldForms = SchemaForm.Expand(before, _oldRoot);
        var newForms = SchemaForm.Expand(after, _newRoot);
        if (oldForms is [var oldForm] && newForms is [var newForm])
        {
            Compare(oldForm, newForm, path);
        }
        else
        {
            CompareForms(oldForms, newForms, path);
        }

        _underWay.Remove(key);
    }

    private void CompareForms(IReadOnlyList<SchemaForm> oldForms, IReadOnlyList<SchemaForm> newForms, string path)
    {
        var met = new HashSet<SchemaForm>();
        foreach (var newForm in newForms)
        {
            // The one with the same discriminator says best what has changed; else any that allows all of it will do.
            var same = newForm.Name is null ? null : oldForms.FirstOrDefault(form => string.Equals(form.Name, newForm.Name, StringComparison.Ordinal));
            if (same is not null)
            {
                Compare(same, newForm, path);
                met.Add(same);
            }
            else if (oldForms.FirstOrDefault(form => IsCompatible(form, newForm, path)) is { } other)
            {
                met.Add(other);
            }
            else
            {
                Break(path, EventCatalogRule.FormAdded, $"has a form that it had not{Called(newForm)}.");
            }
        }

        foreach (var gone in oldForms.Where(form => !met.Contains(form)))
        {
            Note(path, EventCatalogRule.FormRemoved, $"does not have one of its forms any more{Called(gone)}.");
        }
    }

    private bool IsCompatible(SchemaForm before, SchemaForm after, string path)
    {
        var start = _changes.Count;
        Compare(before, after, path);
        var isCompatible = !_changes.Skip(start).Any(static change => change.IsBreaking);
        _changes.RemoveRange(start, _changes.Count - start);
        return isCompatible;
    }

    private void Compare(SchemaForm before, SchemaForm after, string path)
    {
        if (before.IsNothing || after.IsNothing)
        {
            if (before.IsNothing && !after.IsNothing)
            {
                Break(path, EventCatalogRule.TypeChanged, "may have a value where none was allowed.");
            }

            return;
        }

        var isOfSameKind = CompareTypes(before, after, path);
        CompareValues(before, after, path);
        CompareConstraints(before, after, path);
        if (!isOfSameKind)
        {
            return;
        }

        if (after.Types.Contains("object"))
        {
            CompareProperties(before, after, path);
        }

        if (after.Types.Contains("array") && (before.Items is not null || after.Items is not null))
        {
            Compare(before.Items ?? true, after.Items ?? true, $"{path}[*]");
        }
    }

    /// <summary>Compares types.</summary>
    /// <returns>Whether there is anything below that can be compared.</returns>
    private bool CompareTypes(SchemaForm before, SchemaForm after, string path)
    {
        var added = after.Types.Where(type => !before.Types.Contains(type) && !(type is "integer" && before.Types.Contains("number"))).ToList();
        var removed = before.Types
            .Where(type => !after.Types.Contains(type) && !(type is "number" && after.Types.Contains("integer")) && type is not "integer")
            .ToList();
        if (added.Remove("null"))
        {
            Break(path, EventCatalogRule.MayBeNull, "may be null, which it never was.");
        }

        if (added.Count > 0)
        {
            Break(path, EventCatalogRule.TypeChanged, $"may be {Or(added)}; it was {Or(before.Types)}.");
            return false;
        }

        if (removed.Remove("null"))
        {
            Note(path, EventCatalogRule.NeverNull, "is never null any more.");
        }

        if (removed.Count > 0 || (before.Types.Contains("number") && !after.Types.Contains("number") && after.Types.Contains("integer")))
        {
            Note(path, EventCatalogRule.TypeNarrowed, $"is only {Or(after.Types)}.");
        }

        return true;
    }

    private void CompareValues(SchemaForm before, SchemaForm after, string path)
    {
        if (before.Values is null)
        {
            if (after.Values is not null)
            {
                Note(path, EventCatalogRule.ValueRemoved, $"is only one of {string.Join(", ", after.Values)}.");
            }

            return;
        }

        if (after.Values is null)
        {
            Break(path, EventCatalogRule.ValueAdded, $"may be anything; it was one of {string.Join(", ", before.Values)}.");
            return;
        }

        // Null is a matter of types.
        var added = after.Values.Where(value => value is not "null" && !before.Values.Contains(value, StringComparer.Ordinal)).ToList();
        var removed = before.Values.Where(value => value is not "null" && !after.Values.Contains(value, StringComparer.Ordinal)).ToList();
        if (added.Count > 0)
        {
            Break(path, EventCatalogRule.ValueAdded, $"may be {string.Join(", ", added)}, which readers do not know.");
        }

        if (removed.Count > 0)
        {
            Note(path, EventCatalogRule.ValueRemoved, $"is never {string.Join(", ", removed)} any more.");
        }
    }

    private void CompareConstraints(SchemaForm before, SchemaForm after, string path)
    {
        foreach (var keyword in before.Constraints.Keys.Union(after.Constraints.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var old = before.Constraints.GetValueOrDefault(keyword);
            var current = after.Constraints.GetValueOrDefault(keyword);
            if (old is null)
            {
                Note(path, EventCatalogRule.ConstraintAdded, $"keeps a rule that it did not: {keyword} {current}.");
            }
            else if (!string.Equals(old, current, StringComparison.Ordinal))
            {
                Break(path, EventCatalogRule.ConstraintChanged, $"had the {keyword} {old}, and has {current ?? "none"}.");
            }
        }
    }

    private void CompareProperties(SchemaForm before, SchemaForm after, string path)
    {
        foreach (var (name, old) in before.Properties)
        {
            var place = $"{path}.{name}";
            if (!after.Properties.TryGetValue(name, out var current))
            {
                Break(place, EventCatalogRule.FieldRemoved, "is gone.");
                continue;
            }

            if (before.Required.Contains(name) && !after.Required.Contains(name))
            {
                Break(place, EventCatalogRule.MayBeMissing, "may be missing; it was always there.");
            }
            else if (after.Required.Contains(name) && !before.Required.Contains(name))
            {
                Note(place, EventCatalogRule.AlwaysThere, "is always there now.");
            }

            Compare(old, current, place);
        }

        foreach (var (name, current) in after.Properties.Where(property => !before.Properties.ContainsKey(property.Key)))
        {
            var place = $"{path}.{name}";
            Note(place, EventCatalogRule.FieldAdded, "is new.");
            if (before.Additional is not null)
            {
                Compare(before.Additional, current, place);
            }
        }

        foreach (var name in before.Required.Where(name => !before.Properties.ContainsKey(name) && !after.Required.Contains(name)))
        {
            Break($"{path}.{name}", EventCatalogRule.MayBeMissing, "may be missing; it was always there.");
        }

        if (before.Additional is not null)
        {
            Compare(before.Additional, after.Additional ?? true, $"{path}.*");
        }
    }

    private static string Or(IEnumerable<string> types) => string.Join(" or ", types.OrderBy(type => Array.IndexOf(Types, type)));

    private static string Called(SchemaForm form) => form.Name is null ? "" : $", '{form.Name}'";

    private void Break(string path, EventCatalogRule rule, string message) => _changes.Add(new(path, rule, IsBreaking: true, message));

    private void Note(string path, EventCatalogRule rule, string message) => _changes.Add(new(path, rule, IsBreaking: false, message));

    internal static bool IsConstraint(string keyword) => !KnownKeywords.Contains(keyword);
}
