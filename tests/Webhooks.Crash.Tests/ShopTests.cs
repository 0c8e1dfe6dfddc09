using System.Globalization;
using Npgsql;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class ShopTests(ITestOutputHelper output)
{
    private const int Kills = 4;
    private const string SeedVariable = "WEBHOOKS_CRASH_SEED";

    /// <summary>Far more than it takes: a quarter of it on two busy cores.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Orders_and_the_events_that_were_saved_with_them_agree_though_their_process_is_killed_again_and_again()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"{SeedVariable}={seed}");
        var random = new Random(seed);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TempFolder();
        var server = await PostgreSqlServer.Shared;
        var connectionString = await server.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await ExecuteAsync(dataSource, "CREATE TABLE shop_orders (id text PRIMARY KEY, saves int NOT NULL)");

        var said = new List<string>();
        for (var run = 1; run <= Kills; run++)
        {
            using var host = ChildProcess.Start("Webhooks.Crash.Host.dll", folder.Path, "shop", connectionString, $"run{run}");
            await host.WaitForLineAsync(IsSaved, patience.Token);

            // The one time that is waited for: the instant of the kill is the experiment.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 800)), TimeProvider.System, patience.Token);
            said.AddRange(await host.KillAsync(patience.Token));
        }

        // A commit that was under way when its process was killed may still come.
        await ReadAsync(
            server.DataSource,
            $"SELECT pg_terminate_backend(pid, 10000)::text, 0 FROM pg_stat_activity WHERE datname = '{name}' AND backend_type = 'client backend'");
        dataSource.Clear();
        var orders = await ReadAsync(dataSource, "SELECT id, saves FROM shop_orders");
        var events = await ReadAsync(
            dataSource,
            """
            SELECT convert_from(payload, 'UTF8')::json -> 'data' ->> 'eventId' AS id, count(*)::int
            FROM webhooks.messages GROUP BY 1
            """);
        var saved = said.Where(IsSaved).Select(line => line["saved ".Length..]).ToList();
        output.WriteLine($"{orders.Count} orders, {events.Values.Sum()} events, {saved.Count} said to be saved");

        events.Should().BeEquivalentTo(orders, $"each save of an order has one event ({SeedVariable}={seed})");
        orders.Keys.Should().Contain(saved, $"what was said to be saved is there ({SeedVariable}={seed})");
        await ExecuteAsync(server.DataSource, $"DROP DATABASE {name} WITH (FORCE)");
    }

    private static bool IsSaved(string line) => line.StartsWith("saved ", StringComparison.Ordinal);

    private static async Task ExecuteAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, int>> ReadAsync(NpgsqlDataSource dataSource, string sql)
    {
        var read = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var command = dataSource.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            read[rows.GetString(0)] = rows.GetInt32(1);
        }

        return read;
    }
}
