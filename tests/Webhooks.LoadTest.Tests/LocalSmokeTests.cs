namespace Webhooks.LoadTest.Tests;

/// <summary>Scenarios in memory and on SQLite.</summary>
public sealed class LocalSmokeTests : SmokeTests
{
    [Theory]
    [InlineData("throughput", "memory")]
    [InlineData("throughput", "sqlite", "--fan-out", "20")]
    [InlineData("latency", "memory")]
    [InlineData("publish", "sqlite")]
    [InlineData("backlog", "sqlite", "--backlog", "2000")]
    [InlineData("history", "sqlite", "--history", "2500")]
    [InlineData("noisy", "memory", "--backlog", "100")]
    [InlineData("idle", "sqlite")]
    [InlineData("soak", "sqlite", "--duration", "2")]
    public Task Nothing_is_lost_in_a_scenario(string scenario, string store, params string[] options) => CheckAsync(scenario, store, options);
}
