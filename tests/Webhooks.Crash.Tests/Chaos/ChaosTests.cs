using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Crash.Host;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests.Chaos;

[Collection(nameof(ChaosTests))]
[CollectionDefinition(nameof(ChaosTests), DisableParallelization = true)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const string SeedVariable = "WEBHOOKS_CHAOS_SEED";
    private const int Orders = 20_000;
    private const int Kills = 10;
    private const int OrdersPerTick = 50;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than a lease.</summary>
    private static readonly TimeSpan FreezeTime = TimeSpan.FromSeconds(12);

    /// <summary>Far more than it takes: one minute on two slow cores.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    [Fact]
    public async Task Every_committed_event_is_delivered_and_no_other_though_instances_are_killed_and_PostgreSQL_restarts()
    {
        var start = TimeProvider.System.GetTimestamp();
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"{SeedVariable}={seed}");
        var random = new Random(seed);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TempFolder();
        await using var server = await PostgreSqlServer.StartAsync();
        await using var receivers = await Receivers.StartAsync();
        await Stored.PrepareAsync(server.DataSource);
        await SubscribeAsync(server, receivers);

        var ledger = new Ledger([.. Enumerable.Range(1, Orders).Select(number => CreateOrder(number, random))]);
        await using (var fleet = new Fleet(server.ConnectionString + ";Maximum Pool Size=40", folder.Path, ledger))
        {
            try
            {
                await RunAsync(fleet, server, random, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Something hangs: the assertions say what.
            }

            fleet.Mishaps.Should().BeEmpty($"instances end when they are killed ({SeedVariable}={seed})");
            output.WriteLine($"kills {ledger.Kills.Count}, restarts of the server 2, starts without database {fleet.StartsWithoutDatabase}");
        }

        var stored = await Stored.ReadAsync(server.DataSource);
        var duplicates = new Duplicates(ledger, stored, receivers.Receipts);
        Print(ledger, stored, receivers, duplicates);
        output.WriteLine($"seconds {TimeProvider.System.GetElapsedTime(start).TotalSeconds:f1}");

        (await Stored.CountPendingAsync(server.DataSource, CancellationToken.None)).Should().Be(0, $"nothing hangs ({SeedVariable}={seed})");
        ledger.Kills.Should().HaveCount(Kills);
        Check(ledger, stored, seed);
        Check(ledger, stored, receivers, seed);
        Join(duplicates.Unexplained).Should().BeEmpty($"a message comes again only where its outcome was lost ({SeedVariable}={seed})");
    }

    private static Order CreateOrder(int number, Random random)
    {
        var way = random.Next(100) switch
        {
            < 70 => Way.Alone,
            < 90 => Way.Committed,
            < 99 => Way.RolledBack,
            _ => Way.LeftOpen,
        };
        var eventType = random.Next(5) == 0 ? Order.Refunded : Order.Paid;
        return new Order(number, Subscriber.Tenants[number % Subscriber.Tenants.Count], eventType, way, random.Next(2) == 0);
    }

    private static async Task SubscribeAsync(PostgreSqlServer server, Receivers receivers)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(server.DataSource)
            .AddEventType(Order.Paid)
            .AddEventType(Order.Refunded)
            .Configure(options => options.AllowInsecureUrls = options.Addresses.AllowLoopback = true));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IWebhookStore>().InitializeAsync(default);
        foreach (var subscriber in Subscriber.All)
        {
            await provider.GetRequiredService<IWebhookEndpoints>().CreateAsync(
                new EndpointSettings { Url = receivers.UrlOf(subscriber), EventTypes = [subscriber.EventType] },
                new CreateEndpointOptions { TenantId = subscriber.TenantId, EndpointId = subscriber.Id });
        }
    }

    /// <summary>Publishes everything while accidents happen, and waits until nothing is pending.</summary>
    private static async Task RunAsync(Fleet fleet, PostgreSqlServer server, Random random, CancellationToken cancellationToken)
    {
        // The moments are numbers of orders, so that all accidents happen while there is something to lose.
        var kills = new Queue<int>(Enumerable.Range(0, Kills).Select(_ => random.Next(Orders / 20, Orders)).Order());
        var accidents = new Queue<(int Moment, Func<Task> HappenAsync)>(
        [
            (random.Next(Orders / 5, Orders / 3), () => server.RestartAsync("fast")),
            (random.Next(Orders * 2 / 5, Orders / 2), () => fleet.FreezeAsync(random, FreezeTime, cancellationToken)),
            (random.Next(Orders * 3 / 5, Orders * 3 / 4), () => server.RestartAsync("immediate")),
        ]);
        var happening = new List<Task>();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        for (var count = 0; kills.Count > 0 || !fleet.IsDone;)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            count += fleet.HandOut(OrdersPerTick);
            if (kills.TryPeek(out var moment) && count > moment && fleet.TryKill(random))
            {
                kills.Dequeue();
            }

            if (accidents.TryPeek(out var accident) && count > accident.Moment)
            {
                accidents.Dequeue();
                happening.Add(accident.HappenAsync());
            }
        }

        await Task.WhenAll(happening);
        while (await Stored.CountPendingAsync(server.DataSource, cancellationToken) > 0)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>What is stored is what was promised.</summary>
    private static void Check(Ledger ledger, Stored stored, int seed)
    {
        var because = $"({SeedVariable}={seed})";
        var messages = stored.Messages.Select(message => message.Number).ToHashSet();
        var (inTransactions, alone) = (
            ledger.Orders.Where(order => order.Way != Way.Alone).ToList(),
            ledger.Orders.Where(order => order.Way == Way.Alone).ToList());

        stored.Messages.Should().HaveCount(messages.Count, $"no event is stored twice {because}");
        Numbers(ledger.Orders.Where(order => ledger.FateOf(order) == Fate.Waiting)).Should().BeEmpty($"every event was tried {because}");
        Numbers(alone.Where(order => ledger.FateOf(order) == Fate.Committed && !messages.Contains(order.Number)))
            .Should().BeEmpty($"an event whose publish returned is stored; these are not {because}");
        Numbers(inTransactions.Where(order => ledger.FateOf(order) == Fate.Committed && !stored.Rows.Contains(order.Number)))
            .Should().BeEmpty($"PostgreSQL keeps what it committed; not the rows of these {because}");
        Numbers(inTransactions.Where(order => stored.Rows.Contains(order.Number) && order.Way != Way.Committed))
            .Should().BeEmpty($"nothing is left of a transaction that was rolled back; the rows of these are {because}");
        Numbers(inTransactions.Where(order => stored.Rows.Contains(order.Number) != messages.Contains(order.Number)))
            .Should().BeEmpty($"the host's row and its event are stored together or not at all; not so of these {because}");
    }

    /// <summary>What was delivered is what is stored.</summary>
    private static void Check(Ledger ledger, Stored stored, Receivers receivers, int seed)
    {
        var because = $"({SeedVariable}={seed})";
        var orders = ledger.Orders.ToDictionary(order => order.Number);
        var due = stored.Messages
            .SelectMany(message => Subscriber.All.Where(subscriber => subscriber.Wants(orders[message.Number]))
                .Select(subscriber => $"{subscriber.Id} {message.Number}"))
            .ToHashSet();
        var accepted = receivers.Receipts.Where(receipt => receipt.IsAccepted).Select(Describe).ToHashSet();
        var ended = stored.Deliveries.ToLookup(delivery => $"{delivery.EndpointId} {delivery.Number}", delivery => delivery.Status);

        Join(due.Except(accepted)).Should().BeEmpty($"every stored event is delivered to each endpoint that wants it; these are lost {because}");
        Join(receivers.Receipts.Select(Describe).ToHashSet().Except(due))
            .Should().BeEmpty($"nothing else is delivered; these are {because}");
        Join(due.Where(delivery => !ended[delivery].SequenceEqual([DeliveryStatus.Succeeded])))
            .Should().BeEmpty($"the log has one end of each delivery; not of these {because}");
        ended.Should().HaveCount(due.Count, $"the log has nothing else {because}");
        stored.Messages.Sum(message => message.DeliveryCount).Should().Be(due.Count, $"messages know their deliveries {because}");
    }

    private void Print(Ledger ledger, Stored stored, Receivers receivers, Duplicates duplicates)
    {
        var inTransactions = ledger.Orders.Where(order => order.Way != Way.Alone).ToList();
        var messages = stored.Messages.Select(message => message.Number).ToHashSet();
        var unknown = ledger.Orders.Where(order => ledger.FateOf(order) is Fate.Trying or Fate.Unknown).ToList();
        output.WriteLine(
            $"events {ledger.Orders.Count}, committed {messages.Count}, {stored.Rows.Count} of them in transactions of the host; "
            + $"rolled back {inTransactions.Count - stored.Rows.Count}, {ledger.Count(Fate.Open)} of them by a kill; "
            + $"unknown to their publishers {unknown.Count}, of which stored {unknown.Count(order => messages.Contains(order.Number))}");
        output.WriteLine(
            $"deliveries {stored.Deliveries.Count}, requests {receivers.Receipts.Count}, duplicates {duplicates.Count}, unrecorded because "
            + string.Join(", ", duplicates.Reasons.Select(reason => $"{reason.Key} {reason.Value}"))
            + $"; outcomes without a lease {ledger.LostLeases.Count}");
    }

    private static string Describe(Receipt receipt) => $"{receipt.Subscriber.Id} {receipt.Number}";

    private static string Numbers(IEnumerable<Order> orders) => Join(orders.Select(order => $"{order.Number}"));

    /// <summary>The first of them, for the message of a failed test.</summary>
    private static string Join(IEnumerable<string> items) => string.Join(", ", items.Take(20));
}
