using System.Text;
using Webhooks.Publishing;
using Webhooks.Sqlite;
using Webhooks.Storage;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class EraseTests(ITestOutputHelper output)
{
    private const string Erased = "REMEMBER-ME";
    private const string Kept = "kept";
    private const int Kills = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_erasure_that_is_killed_again_and_again_goes_on_and_ends_with_nothing_left()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TempFolder();
        var database = Path.Combine(folder.Path, "erase.db");
        TenantRows others;
        using (var store = new SqliteWebhookStore(new SqliteStoreOptions { ConnectionString = $"Data Source={database}" }))
        {
            await FillAsync(store, Erased, 10_000);
            await FillAsync(store, Kept, 500);
            others = await store.CountTenantAsync(Kept, default);
        }

        for (var i = 0; i < Kills; i++)
        {
            using var killed = Start(database);
            await killed.WaitForLineAsync(line => line is "erasing", patience.Token);

            // The one time that is waited for: the instant of the kill is the experiment.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 60)), TimeProvider.System, patience.Token);
            output.WriteLine(string.Join(", ", await killed.KillAsync(patience.Token)));
        }

        using var last = Start(database);
        output.WriteLine(await last.WaitForLineAsync(line => line.StartsWith("erased ", StringComparison.Ordinal), patience.Token));
        await last.WaitForExitAsync(patience.Token);

        using var read = new SqliteWebhookStore(new SqliteStoreOptions { ConnectionString = $"Data Source={database}" });
        (await read.CountTenantAsync(Erased, default)).Should().Be(new TenantRows());
        (await read.CountTenantAsync(Kept, default)).Should().Be(others);
        Directory.GetFiles(folder.Path)
            .Should().OnlyContain(file => !Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(Erased));
    }

    private static async Task FillAsync(SqliteWebhookStore store, string tenant, int count)
    {
        await store.InsertEndpointAsync(
            new StoredEndpoint(
                new()
                {
                    Id = $"ep_{tenant}",
                    TenantId = tenant,
                    Settings = new() { Url = "https://example.com/", EventTypes = ["*"] },
                    Version = 1,
                    CreatedAt = Time,
                    UpdatedAt = Time,
                },
                "{}"),
            default);
        var messages = Enumerable.Range(0, count).Select(i => new WebhookMessage
        {
            Id = $"msg_{i}",
            TenantId = tenant,
            EventType = "order.paid",
            Payload = Encoding.UTF8.GetBytes($"\"{tenant} {i}\""),
            Timestamp = Time,
            CreatedAt = Time,
        });
        await store.AppendAsync([.. messages], leases: null, default);
    }

    private static ChildProcess Start(string database) => ChildProcess.Start(
        "Webhooks.Crash.Host.dll", Path.GetDirectoryName(database)!, "erase", database, Erased);
}
