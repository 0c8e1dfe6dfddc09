using System.Text.Json.Nodes;
using Webhooks.LoadTest.Reporting;

namespace Webhooks.LoadTest.Tests;

/// <summary>Each scenario once, for moments: what it checks must hold. What it measures in so short a time means nothing.</summary>
public abstract class SmokeTests : IDisposable
{
    private static readonly string[] Checks = ["lost", "doubled", "unknown", "badly_signed", "nothing_arrived"];

    private static readonly Dictionary<string, string[]> OwnChecks = new(StringComparer.Ordinal)
    {
        ["backlog"] = ["claimed_wrongly", "unrecorded"],
        ["history"] = ["unrecorded"],
        ["noisy"] = ["unaccounted", "unrecorded"],
        ["scale"] = ["attempted_twice", "unrecorded"],
        ["peers"] = ["unrecorded"],
        ["soak"] = ["unexplained_rows", "failing_unaccounted", "unrecorded"],
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-smoke-");

    protected async Task CheckAsync(string scenario, string store, string[] options)
    {
        var figures = await RunAsync(scenario, store, options);

        var checks = figures.Where(figure => figure.IsCheck).ToList();
        checks.Select(check => check.Name).Should().Contain([.. Checks, .. OwnChecks.GetValueOrDefault(scenario, [])]);
        checks.Should().OnlyContain(check => check.Value == 0);
        figures.Where(figure => figure is { Name: "statements_per_delivery" or "commits_per_delivery", Value: 0 or >= 0.5 })
            .Should().BeEmpty("deliveries share what is written");
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<List<(string Name, double Value, bool IsCheck)>> RunAsync(string scenario, string store, string[] options)
    {
        var json = Path.Combine(_folder.FullName, "figures.jsonl");
        using var output = new StringWriter();

        var exitCode = await Harness.RunAsync(
            [
                scenario, store, .. options, "--json", json,
                "--seconds", "0.2", "--rounds", "1", "--concurrency", "16", "--publishers", "64", "--under-way", "128",
            ],
            output);

        exitCode.Should().Be(0, output.ToString());
        var lines = (await File.ReadAllLinesAsync(json)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        lines[0]["scenario"]!.GetValue<string>().Should().Be("environment");
        return
        [
            .. lines.Skip(1).Select(line => (
                line["figure"]!.GetValue<string>(), line["value"]?.GetValue<double>() ?? double.NaN, (string?)line["goal"] == Goal.None.ToString())),
        ];
    }
}
