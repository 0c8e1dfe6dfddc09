using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Webhooks.LoadTest.Reporting;

/// <summary>Figures for people: lines of a table in Markdown.</summary>
internal static class FigureTable
{
    public const string Head =
        "| scenario | store | variant | figure | value | unit | goal | met |\n|---|---|---|---|---:|---|---|---|";

    public static string Line(Figure figure) => Line(
        figure.Scenario,
        figure.Store,
        figure.Variant,
        figure.Name,
        figure.Value,
        figure.Unit,
        figure.Goal?.ToString(),
        figure.IsMet);

    public static string Line(JsonObject figure) => Line(
        (string)figure["scenario"]!,
        (string)figure["store"]!,
        (string)figure["variant"]!,
        (string)figure["figure"]!,
        (double?)figure["value"] ?? double.NaN,
        (string)figure["unit"]!,
        (string?)figure["goal"],
        (bool?)figure["met"]);

    /// <summary>Puts the table of a file of figures between the marks of a document.</summary>
    public static void Insert(string jsonFile, string document)
    {
        const string Begin = "<!-- figures: begin -->";
        const string End = "<!-- figures: end -->";
        var (environment, figures) = JsonLines.Read(jsonFile);
        var table = new StringBuilder().Append(Begin).Append('\n');
        if (environment is not null)
        {
            table.Append(CultureInfo.InvariantCulture, $"Commit {environment["commit"]}, {environment["cores"]} cores, ")
                .Append(CultureInfo.InvariantCulture, $"{environment["runtime"]}, {environment["system"]}, ")
                .Append(CultureInfo.InvariantCulture, $"{environment["garbage_collector"]} garbage collector, ")
                .Append(CultureInfo.InvariantCulture, $"Npgsql {environment["npgsql"]}, SQLite {environment["sqlite"]}, ")
                .Append(CultureInfo.InvariantCulture, $"{environment["time"]}.\n\n");
        }

        table.Append(Head).Append('\n');
        foreach (var figure in figures.Where(static figure => !IsPassedCheck(figure)))
        {
            table.Append(Line(figure)).Append('\n');
        }

        table.Append(CultureInfo.InvariantCulture, $"\nChecks that were 0, as they must be, are left out: {figures.Count(IsPassedCheck)}.\n");

        table.Append(End);
        var text = File.ReadAllText(document);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new FormatException($"'{document}' has no '{Begin}' with '{End}' behind it.");
        }

        File.WriteAllText(document, text[..begin] + table + text[(end + End.Length)..]);
    }

    /// <summary>A check says something only when it fails.</summary>
    private static bool IsPassedCheck(JsonObject figure) => (string?)figure["goal"] == Goal.None.ToString() && (bool?)figure["met"] == true;

    private static string Line(
        string scenario, string store, string variant, string name, double value, string unit, string? goal, bool? isMet) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {scenario} | {store} | {variant} | {name} | {Round(value)} | {unit} | {goal} | {(isMet is { } met ? met ? "yes" : "**no**" : "")} |");

    private static string Round(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 0.1 => "F2", 0 => "0", _ => "F4" }, CultureInfo.InvariantCulture);
}
