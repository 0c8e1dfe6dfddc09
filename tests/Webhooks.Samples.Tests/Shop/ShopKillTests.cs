using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Xunit.Abstractions;

namespace Webhooks.Samples.Tests.Shop;

public sealed class ShopKillTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private const int Customers = 10;
    private const string SeedVariable = "WEBHOOKS_CRASH_SEED";

    [Fact]
    public async Task Killed_while_it_saves_it_leaves_nothing_and_killed_between_commit_and_dispatch_it_sends_after_its_next_start()
    {
        await using var rig = await ShopRig.StartAsync();
        await rig.StartShopAsync("--Webhooks:Dispatcher:Enabled=false");
        await using (var connection = await rig.ConnectAsync())
        {
            // The order's row is written, and its event waits for the lock.
            await using var transaction = await connection.BeginTransactionAsync(rig.Patience);
            await using var take = new NpgsqlCommand("LOCK TABLE webhooks.messages IN ACCESS EXCLUSIVE MODE", connection);
            await take.ExecuteNonQueryAsync(rig.Patience);
            var placing = rig.PlaceAsync(cancellationToken: rig.Patience);
            const string WaitsAfterWriting =
                "SELECT 'one' FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND backend_xid IS NOT NULL";
            while ((await rig.ReadAsync("shop", WaitsAfterWriting)).Count == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, rig.Patience);
            }

            await rig.KillShopAsync();
            await placing.Awaiting(task => task).Should().ThrowAsync<HttpRequestException>();
        }

        await rig.EndConnectionsAsync();
        (await rig.OrdersAsync()).Should().BeEmpty();
        (await rig.EventsAsync()).Should().BeEmpty();

        await rig.StartShopAsync("--Webhooks:Dispatcher:Enabled=false");
        var order = await rig.PlaceAsync();
        await rig.KillShopAsync();
        (await rig.HandledAsync()).Should().BeEmpty();

        await rig.StartShopAsync();
        await rig.HandledAsync("order.placed", order);
        (await rig.HandledAsync()).Should().Equal(await rig.OrdersAsync());
    }

    [Fact]
    public async Task Killed_again_and_again_its_orders_and_events_agree_and_each_event_is_handled_once()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        var random = new Random(seed);
        var told = new ConcurrentBag<string>();
        await using var rig = await ShopRig.StartAsync();
        for (var kill = 0; kill < Kills; kill++)
        {
            await rig.StartShopAsync();
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var customers = Enumerable.Range(0, Customers).Select(number => OrderAsync(rig, number, told, first)).ToList();
            await first.Task.WaitAsync(rig.Patience);

            // The one time that is waited for: the instant of the kill is the experiment.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)), TimeProvider.System, rig.Patience);
            await rig.KillShopAsync();
            await Task.WhenAll(customers);
            await rig.EndConnectionsAsync();
        }

        await rig.StartShopAsync();
        await rig.DrainAsync();
        var orders = await rig.OrdersAsync();
        var events = await rig.EventsAsync();
        output.WriteLine($"{SeedVariable}={seed}: {orders.Count} changes of orders, {told.Count} of them told to customers");
        told.Should().NotBeEmpty();
        orders.Should().Contain(told, "what a customer was told is there");
        events.Should().BeEquivalentTo(orders, "each change has one event");
        (await rig.HandledAsync()).Should().BeEquivalentTo(events, "each event is handled once");
    }

    /// <summary>Orders, pays, ships and cancels until the shop is gone, and notes what it was told.</summary>
    private static async Task OrderAsync(ShopRig rig, int number, ConcurrentBag<string> told, TaskCompletionSource first)
    {
        try
        {
            while (true)
            {
                var order = await rig.PlaceAsync(cancellationToken: rig.Patience);
                told.Add($"order.placed {order}");
                first.TrySetResult();
                string[] steps = number % 3 == 2 ? ["cancel"] : ["pay", "ship"];
                foreach (var step in steps)
                {
                    using var response = await rig.ChangeAsync(order, step, rig.Patience);
                    response.EnsureSuccessStatusCode();
                    told.Add($"order.{step switch { "pay" => "paid", "ship" => "shipped", _ => "canceled" }} {order}");
                }
            }
        }
        catch (HttpRequestException exception) when (exception.StatusCode is null)
        {
            // The shop was killed.
        }
        catch (Exception exception)
        {
            first.TrySetException(exception);
            throw;
        }
    }
}
