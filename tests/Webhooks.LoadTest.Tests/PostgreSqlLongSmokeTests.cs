namespace Webhooks.LoadTest.Tests;

/// <summary>Scenarios on PostgreSQL of several instances, kinds of endpoints, or systems.</summary>
public sealed class PostgreSqlLongSmokeTests : SmokeTests
{
    [Theory]
    [InlineData("noisy", "postgres", "--backlog", "100")]
    [InlineData("scale", "postgres")]
    [InlineData("soak", "postgres", "--duration", "2")]
    [InlineData("peers", "postgres")]
    public Task Nothing_is_lost_in_a_scenario(string scenario, string store, params string[] options) => CheckAsync(scenario, store, options);
}
