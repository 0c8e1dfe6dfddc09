using System.Collections.ObjectModel;
using System.Globalization;
using Webhooks.Validation;

namespace Webhooks.Transformations;

/// <summary>The rules of projections.</summary>
internal static class ProjectionRules
{
    private const int MaxPlaces = 100;
    private const int MaxPlaceLength = 512;
    private const int MaxNames = 16;
    private const int MaxNameLength = 128;

    /// <summary>Checks a projection and returns a copy that later changes of the caller's collections do not reach.</summary>
    public static PayloadProjection? Check(string field, PayloadProjection? projection, ValidationErrors errors)
    {
        if (projection is null)
        {
            return null;
        }

        if (projection.Include is null || projection.Exclude is null || projection.Rename is null)
        {
            errors.Add(field, "required", value: null, "has a list that is null. Leave it out, or give an empty one.");
            return null;
        }

        var count = projection.Include.Count + projection.Exclude.Count + projection.Rename.Count;
        if (count is 0 or > MaxPlaces)
        {
            errors.Add(
                field,
                "count",
                count.ToString(CultureInfo.InvariantCulture),
                $"names {count} places; 1 to {MaxPlaces} are allowed. Leave it out to change nothing.");
            return null;
        }

        CheckPlaces($"{field}.include", projection.Include, errors);
        CheckPlaces($"{field}.exclude", projection.Exclude, errors);
        var newPlaces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, name) in projection.Rename)
        {
            var element = $"{field}.rename[{place}]";
            CheckPlace(element, place, errors);
            if (name is not { Length: > 0 and <= MaxNameLength } || !FieldRules.IsWellFormed(name))
            {
                errors.Add(element, "name", name, $"has no name of 1 to {MaxNameLength} characters without halves of surrogate pairs.");
            }
            else if (!newPlaces.Add($"{place.AsSpan(0, Math.Max(place.LastIndexOf('/'), 0))}/{name}"))
            {
                errors.Add(element, "unique", name, "is the new name of two members of one object.");
            }
        }

        return new PayloadProjection
        {
            Include = [.. projection.Include],
            Exclude = [.. projection.Exclude],
            Rename = new ReadOnlyDictionary<string, string>(new Dictionary<string, string>(projection.Rename, StringComparer.Ordinal)),
        };
    }

    private static void CheckPlaces(string field, IReadOnlyList<string> places, ValidationErrors errors)
    {
        for (var i = 0; i < places.Count; i++)
        {
            CheckPlace(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"), places[i], errors);
        }
    }

    private static void CheckPlace(string field, string? place, ValidationErrors errors)
    {
        if (!JsonPointer.IsValid(place) || !FieldRules.IsWellFormed(place!))
        {
            errors.Add(field, "pointer", place, "is not a JSON Pointer (RFC 6901) to a part of the payload, such as '/data/customer'.");
        }
        else if (place!.Length > MaxPlaceLength || place.Count(static character => character == '/') > MaxNames)
        {
            errors.Add(field, "length", place, $"has more than {MaxPlaceLength} characters or {MaxNames} names.");
        }
    }
}
