namespace Webhooks.LoadTest.Tests;

/// <summary>Scenarios of one instance on PostgreSQL.</summary>
public sealed class PostgreSqlSmokeTests : SmokeTests
{
    [Theory]
    [InlineData("throughput", "postgres")]
    [InlineData("publish", "postgres")]
    [InlineData("backlog", "postgres", "--backlog", "2000")]
    [InlineData("history", "postgres", "--history", "2500")]
    public Task Nothing_is_lost_in_a_scenario(string scenario, string store, params string[] options) => CheckAsync(scenario, store, options);
}
