using System.Text.Json.Nodes;

namespace Webhooks.LoadTest.Tests;

/// <summary>Each scenario once, for moments: what it checks must hold. What it measures in so short a time means nothing.</summary>
public sealed class SmokeTests : IDisposable
{
    private static readonly string[] Checks = ["lost", "doubled", "unknown", "badly_signed", "nothing_arrived"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-smoke-");

    [Theory]
    [InlineData("throughput", "memory", 1)]
    [InlineData("throughput", "sqlite", 20)]
    [InlineData("throughput", "postgres", 1)]
    [InlineData("latency", "memory", 1)]
    [InlineData("publish", "sqlite", 1)]
    [InlineData("publish", "postgres", 1)]
    [InlineData("idle", "sqlite", 1)]
    [InlineData("peers", "postgres", 1)]
    public async Task Nothing_is_lost_in_a_scenario(string scenario, string store, int fanOut)
    {
        var figures = await RunAsync(scenario, store, fanOut);

        figures.Should().ContainKeys(Checks);
        figures.Where(figure => Checks.Contains(figure.Key)).Should().OnlyContain(figure => figure.Value == 0);
        figures.Where(figure => figure is { Key: "statements_per_delivery" or "commits_per_delivery", Value: 0 or >= 0.5 })
            .Should().BeEmpty("deliveries share what is written");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<Dictionary<string, double>> RunAsync(string scenario, string store, int fanOut)
    {
        var json = Path.Combine(_folder.FullName, "figures.jsonl");
        using var output = new StringWriter();

        var exitCode = await Harness.RunAsync(
            [
                scenario, store, "--fan-out", $"{fanOut}", "--json", json,
                "--seconds", "0.2", "--rounds", "1", "--concurrency", "16", "--publishers", "64", "--under-way", "128",
            ],
            output);

        exitCode.Should().Be(0, output.ToString());
        var lines = (await File.ReadAllLinesAsync(json)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        lines[0]["scenario"]!.GetValue<string>().Should().Be("environment");
        return lines.Skip(1).ToDictionary(line => line["figure"]!.GetValue<string>(), line => line["value"]?.GetValue<double>() ?? double.NaN);
    }
}
