using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Crash.Host;
using Webhooks.Crash.Tests.Chaos;
using Webhooks.Endpoints;
using Webhooks.Storage;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class OrderOfInstancesTests(ITestOutputHelper output)
{
    private const int Kills = 4;

    /// <summary>How many requests come between two kills at least.</summary>
    private const int RequestsBetweenKills = 25;

    private const int Instances = 3;

    /// <summary>Far more than it takes: after each kill the line waits for a lease of 10 seconds to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task An_ordered_endpoint_gets_its_events_in_order_from_several_instances_on_PostgreSQL_though_they_are_killed_again_and_again()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TempFolder();
        await using var server = await PostgreSqlServer.StartAsync();
        await using var receiver = await OrderedReceiver.StartAsync();
        await Stored.PrepareAsync(server.DataSource);
        await SubscribeAsync(server, receiver);
        var instances = new List<ChildProcess>();
        for (var i = 0; i < Instances; i++)
        {
            instances.Add(await StartInstanceAsync(server, folder, $"instance-{i}", patience.Token));
        }

        try
        {
            using var timer = new PeriodicTimer(Tick, TimeProvider.System);
            var (number, kills, killAt) = (0, 0, RequestsBetweenKills);
            while (kills < Kills || receiver.Requests.Count < killAt)
            {
                // One after the other, each by another instance; one that dies meanwhile is replaced and told again.
                await timer.WaitForNextTickAsync(patience.Token);
                number++;
                var order = new Order(number, Subscriber.Tenants[0], Order.Paid, Way.Alone, HasEventId: true).ToLine();
                var place = Random.Shared.Next(Instances);
                instances[place].Tell(order);
                await instances[place].WaitForLineAsync(line => line == $"committed {number}", patience.Token);
                if (kills < Kills && receiver.Requests.Count >= killAt)
                {
                    // The one that sends.
                    var sender = receiver.Requests[^1].Sender;
                    var victim = int.Parse(sender.Split('-')[1], CultureInfo.InvariantCulture) % Instances;
                    await instances[victim].KillAsync(patience.Token);
                    instances[victim].Dispose();
                    kills++;
                    instances[victim] = await StartInstanceAsync(server, folder, $"instance-{victim + (kills * Instances)}", patience.Token);
                    killAt = receiver.Requests.Count + RequestsBetweenKills;
                }
            }

            while (await Stored.CountPendingAsync(server.DataSource, patience.Token) > 0)
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }

            receiver.ShouldHaveKeptOrder(Enumerable.Range(1, number), output);
        }
        finally
        {
            instances.ForEach(static instance => instance.Dispose());
        }
    }

    private static async Task SubscribeAsync(PostgreSqlServer server, OrderedReceiver receiver)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(server.DataSource)
            .AddEventType(Order.Paid)
            .Configure(options => options.AllowInsecureUrls = options.Addresses.AllowLoopback = true));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IWebhookStore>().InitializeAsync(default);
        await provider.GetRequiredService<IWebhookEndpoints>().CreateAsync(
            new EndpointSettings { Url = receiver.Url, EventTypes = [Order.Paid], IsOrdered = true },
            new CreateEndpointOptions { TenantId = Subscriber.Tenants[0] });
    }

    private static async Task<ChildProcess> StartInstanceAsync(
        PostgreSqlServer server, TempFolder folder, string name, CancellationToken cancellationToken)
    {
        var instance = ChildProcess.Start(
            "Webhooks.Crash.Host.dll", folder.Path, "instance", server.ConnectionString + ";Maximum Pool Size=20", name);
        await instance.WaitForLineAsync(line => line is "ready", cancellationToken);
        return instance;
    }
}
