using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Sqlite;
using Webhooks.Storage;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class ReplayTests(ITestOutputHelper output)
{
    private const int Count = 400;
    private const int Kills = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_replay_that_is_killed_again_and_again_replays_each_delivery_once_and_all_of_them_arrive()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TempFolder();
        await using var receiver = await RecordingReceiver.StartAsync();
        var database = Path.Combine(folder.Path, "replay.db");
        await FillAsync(database, receiver.Url);

        for (var i = 0; i < Kills; i++)
        {
            using var killed = Start(database);
            await killed.WaitForLineAsync(line => line is "replaying", patience.Token);

            // The one time that is waited for: the instant of the kill is the experiment.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(100, 700)), TimeProvider.System, patience.Token);
            await killed.KillAsync(patience.Token);
        }

        receiver.Accepted.Should().HaveCountLessThan(Count, "the kills came while it was under way: otherwise this shows nothing");
        using var last = Start(database);
        await last.WaitForLineAsync(line => line is "ended", patience.Token);
        var said = await last.KillAsync(CancellationToken.None);
        output.WriteLine($"received {receiver.Seen.Values.Sum()}, more than once {receiver.Accepted.Count(received => received.Value > 1)}");

        said.Should().ContainSingle(line => line.Contains("replayed")).Which.Should().Be($"Completed replayed {Count}, skipped 0");
        receiver.Accepted.Should().HaveCount(Count);
        using var read = new SqliteWebhookStore(new SqliteStoreOptions { ConnectionString = $"Data Source={database}" });
        (await read.ListDeliveriesAsync(new DeliveryQuery { Status = DeliveryStatus.Failed, Limit = 1 }, default)).Items.Should().BeEmpty();
    }

    private static async Task FillAsync(string database, string url)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddWebhooks(webhooks => webhooks
            .UseSqlite($"Data Source={database}")
            .AddEventType("numbered")
            .Configure(options => options.AllowInsecureUrls = options.Addresses.AllowLoopback = true));
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<IWebhookStore>();
        await store.InitializeAsync(default);
        await provider.GetRequiredService<IWebhookEndpoints>().CreateAsync(new EndpointSettings { Url = url, EventTypes = ["*"] });
        var messages = Enumerable.Range(0, Count).Select(number => new WebhookMessage
        {
            Id = $"msg_{number}",
            TenantId = WebhooksDefaults.TenantId,
            EventType = "numbered",
            Payload = Encoding.UTF8.GetBytes($$$"""{"data":{"eventId":"event-{{{number}}}"}}"""),
            Timestamp = Time,
            CreatedAt = Time,
        });
        var results = await store.AppendAsync([.. messages], new LeaseGrant("filler", Time.AddMinutes(2), Count), default);
        var outcomes = results.SelectMany(static result => result.Leased).Select(static lease => new DeliveryOutcome(
            new DeliveryAttempt
            {
                Id = $"atmpt_{lease.Id}",
                TenantId = lease.Message.TenantId,
                DeliveryId = lease.Id,
                Number = 1,
                StartedAt = Time,
                Duration = TimeSpan.Zero,
                StatusCode = 500,
            },
            DeliveryStatus.Failed,
            RetryAt: null));
        await store.CompleteAsync("filler", [.. outcomes], default);
    }

    private static ChildProcess Start(string database) =>
        ChildProcess.Start("Webhooks.Crash.Host.dll", Path.GetDirectoryName(database)!, "replay", database);
}
