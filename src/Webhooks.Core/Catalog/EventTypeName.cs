using System.Buffers;

namespace Webhooks.Catalog;

/// <summary>The grammar of event type names, and the search for the name that was meant.</summary>
internal static class EventTypeName
{
    public const int MaxLength = 128;

    private const string SegmentCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    private static readonly SearchValues<char> Segment = SearchValues.Create(SegmentCharacters);

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength)
        {
            return false;
        }

        foreach (var segment in name.Split('.'))
        {
            if (name[segment].IsEmpty || name[segment].ContainsAnyExcept(Segment))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>"is not in the catalog", with the nearest name that is.</summary>
    public static string NotInCatalog(string name, IEventCatalog catalog)
    {
        if (name.Length > MaxLength)
        {
            return $"is not in the event catalog: it is longer than the {MaxLength} characters that a name can have.";
        }

        var nearest = catalog.EventTypes
            .Select(type => (type.Name, Distance: Distance(name, type.Name)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, name.Length / 2)
            ? $"is not in the event catalog. Did you mean '{nearest.Name}'?"
            : "is not in the event catalog. Register it with AddEventType.";
    }

    /// <summary>The Levenshtein distance.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 0; i < left.Length; i++)
        {
            current[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var substitution = previous[j] + (left[i] == right[j] ? 0 : 1);
                current[j + 1] = Math.Min(substitution, Math.Min(previous[j + 1], current[j]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
