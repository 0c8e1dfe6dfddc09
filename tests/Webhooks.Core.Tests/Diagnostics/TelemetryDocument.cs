using System.Text.RegularExpressions;
using Webhooks.TestKit;

namespace Webhooks.Core.Tests.Diagnostics;

/// <summary>The tables of docs/observability.md.</summary>
internal static partial class TelemetryDocument
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "observability.md"));

    /// <summary>Every instrument as <c>name type unit [attributes]</c>.</summary>
    public static IReadOnlyList<string> Instruments { get; } =
    [
        .. Rows("## Metrics").Where(row => row.Count == 5).Select(row => $"{Codes(row[0])[0]} {row[1]} {Codes(row[2])[0]} [{string.Join(", ", Codes(row[3]))}]"),
    ];

    /// <summary>The values of an attribute.</summary>
    public static IReadOnlyList<string> ValuesOf(string attribute) =>
        Codes(Rows("## Metrics").Single(row => row.Count == 2 && string.Equals(row[0], attribute, StringComparison.Ordinal))[1]);

    /// <summary>Every span as <c>name kind</c>.</summary>
    public static IReadOnlyList<string> Spans { get; } =
        [.. Rows("## Traces").Where(row => row[1] is "producer" or "client").Select(row => $"{Codes(row[0])[0]} {row[1]}")];

    /// <summary>The attributes of a span.</summary>
    public static IReadOnlyList<string> AttributesOf(string span) =>
    [
        .. Rows("## Traces")
            .Where(row => row[1].Split(", ").Contains(span, StringComparer.Ordinal))
            .Select(row => Codes(row[0])[0]),
    ];

    private static IEnumerable<IReadOnlyList<string>> Rows(string heading) =>
        Lines.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal))
            .Select(line => (IReadOnlyList<string>)[.. line.Trim('|').Split('|').Select(cell => cell.Trim())]);

    private static List<string> Codes(string cell) => [.. Code().Matches(cell).Select(match => match.Groups["text"].Value)];

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
