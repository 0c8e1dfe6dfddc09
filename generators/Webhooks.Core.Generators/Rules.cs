using Microsoft.CodeAnalysis;

namespace Webhooks.Generators;

/// <summary>What the compiler says of event types that are wrong, and the grammar behind it, which is that of Webhooks.Core.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Name = Error(
        "WHK001",
        "The name of an event type is not one",
        "'{0}' is not the name of an event type: 1 to 128 characters, segments of A-Z, a-z, 0-9, '_' and '-' joined by full stops, such as 'order.paid'");

    public static readonly DiagnosticDescriptor Duplicate = Error(
        "WHK002", "Two types are the same event type", "'{0}' is event type '{1}' already: give one of them another name, or each a version");

    public static readonly DiagnosticDescriptor Version = Error(
        "WHK003",
        "A version is missing or is not one",
        "Event type '{0}' has no version that is one: 1 to 32 of A-Z, a-z, 0-9, '_', '-' and '.', such as 'v2', for each of several types with its name");

    public static readonly DiagnosticDescriptor Older = Error(
        "WHK004",
        "An older version does not say how it is made of the newer one",
        "'{0}' is version '{1}' of event type '{2}' and has to say how it is made of the next newer one: IOlderEventVersion<{3}, {0}>");

    public static readonly DiagnosticDescriptor Obstacle = Error(
        "WHK005", "The type cannot be registered", "'{0}' cannot be registered as event type '{1}': it {2}");

    private const int MaxNameLength = 128;
    private const int MaxVersionLength = 32;

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.Split('.').All(static segment => segment.Length > 0 && segment.All(IsSegmentCharacter));

    public static bool IsVersion(string? version) =>
        version is { Length: > 0 and <= MaxVersionLength } && version.All(static character => IsSegmentCharacter(character) || character == '.');

    /// <summary>Compares versions: runs of digits by their number, all else by its characters.</summary>
    public static int CompareVersions(string left, string right)
    {
        int a = 0, b = 0;
        while (a < left.Length && b < right.Length)
        {
            var (aRun, bRun) = (Digits(left, a), Digits(right, b));
            int order;
            if (aRun.Length > 0 && bRun.Length > 0)
            {
                var (aNumber, bNumber) = (aRun.TrimStart('0'), bRun.TrimStart('0'));
                order = aNumber.Length != bNumber.Length ? aNumber.Length.CompareTo(bNumber.Length) : string.CompareOrdinal(aNumber, bNumber);
            }
            else
            {
                (aRun, bRun) = (left[a].ToString(), right[b].ToString());
                order = left[a].CompareTo(right[b]);
            }

            if (order != 0)
            {
                return order;
            }

            (a, b) = (a + aRun.Length, b + bRun.Length);
        }

        var rest = (left.Length - a).CompareTo(right.Length - b);
        return rest != 0 ? rest : string.CompareOrdinal(left, right);
    }

    private static string Digits(string text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] is >= '0' and <= '9')
        {
            end++;
        }

        return text.Substring(start, end - start);
    }

    private static bool IsSegmentCharacter(char character) =>
        character is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '_' or '-';

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "Webhooks", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
