using System.Buffers;

namespace Webhooks.Catalog;

/// <summary>The grammar and the order of versions.</summary>
internal static class EventVersionName
{
    public const string Rule = "1 to 32 of A-Z, a-z, 0-9, '_', '-' and '.', such as 'v2' or '2026-11-28'.";

    private const int MaxLength = 32;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    public static bool IsValid(string? version) =>
        version is { Length: > 0 and <= MaxLength } && !version.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>The versions that any event type of a catalog has, the oldest first.</summary>
    public static IReadOnlyList<string> Of(IEventCatalog catalog) =>
    [
        .. catalog.EventTypes
            .SelectMany(EventForm.Of)
            .Select(form => form.Version)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(Comparer<string>.Create(Compare)),
    ];

    /// <summary>Why a version cannot be chosen; null where it can.</summary>
    public static string? FindProblem(string version, IEventCatalog catalog) => Of(catalog) switch
    {
        [] => "is not a version of the event catalog, which has none.",
        var known when known.Contains(version, StringComparer.Ordinal) => null,
        var known => $"is not a version of the event catalog. There are: {string.Join(", ", known)}.",
    };

    /// <summary>
    /// Compares as people do: runs of digits by their number, all else by its characters. So 'v10' comes after 'v9', and dates come in
    /// their order.
    /// </summary>
    public static int Compare(string left, string right)
    {
        ReadOnlySpan<char> a = left, b = right;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var (aRun, bRun) = (DigitsAtStart(a), DigitsAtStart(b));
            int order;
            if (aRun > 0 && bRun > 0)
            {
                var aNumber = a[..aRun].TrimStart('0');
                var bNumber = b[..bRun].TrimStart('0');
                order = aNumber.Length != bNumber.Length ? aNumber.Length.CompareTo(bNumber.Length) : aNumber.SequenceCompareTo(bNumber);
            }
            else
            {
                (aRun, bRun) = (1, 1);
                order = a[0].CompareTo(b[0]);
            }

            if (order != 0)
            {
                return order;
            }

            a = a[aRun..];
            b = b[bRun..];
        }

        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(left, right);
    }

    private static int DigitsAtStart(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
