using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Publishing;

public sealed class PublishConcurrencyTests
{
    [Fact]
    public async Task Publishes_that_meet_share_an_append_and_each_gets_its_own_result()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var store = HoldAppends(host);
        var first = host.PublishAsync();
        await store.Entered.PassAsync().InTimeAsync();

        var others = Enumerable.Range(0, 200)
            .Select(number => host.PublishAsync(new PublishOptions { MessageId = $"m-{number}" })).ToArray();
        store.Leave.Open();

        (await Task.WhenAll(others)).Select(result => result.MessageId).Should().Equal(
            Enumerable.Range(0, 200).Select(number => $"m-{number}"));
        await first;
        host.Store.Appends.Should().Equal(1, 200);
        await host.WhenDeliveriesAsync(all => all.Count == 201 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
    }

    [Fact]
    public async Task Publishes_of_many_threads_are_all_stored_in_fewer_appends()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        host.Store.Before = async _ => await Task.Yield();

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => host.PublishAsync())));

        results.Select(result => result.MessageId).Distinct().Should().HaveCount(200);
        host.Store.Appends.Sum().Should().Be(200);
        await host.WhenDeliveriesAsync(all => all.Count == 200 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Requests.Should().HaveCount(200);
    }

    [Fact]
    public async Task A_publish_that_comes_alone_waits_for_nobody()
    {
        await using var host = await TestHost.StartAsync();

        // The clock stands still: no timer of ours can end, so that there is nothing to wait for but the store.
        await host.Publisher.PublishAsync([WebhookEvent.Create("order.created", 1)]).InTimeAsync();

        host.Store.Appends.Should().Equal(1);
    }

    [Fact]
    public async Task An_append_has_at_most_a_thousand_messages_of_different_calls()
    {
        await using var host = await TestHost.StartAsync();
        var store = HoldAppends(host);
        var first = host.PublishAsync();
        await store.Entered.PassAsync().InTimeAsync();

        var others = new[] { 600, 400, 1, 1_000, 2 }.Select(count => host.PublishBatchAsync(count)).ToArray();
        store.Leave.Open();

        await Task.WhenAll(others);
        await first;
        host.Store.Appends.Should().Equal(1, 1_000, 1, 1_000, 2);
    }

    [Fact]
    public async Task A_publish_that_is_canceled_while_it_waits_has_stored_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var store = HoldAppends(host);
        var first = host.PublishAsync();
        await store.Entered.PassAsync().InTimeAsync();
        using var cancellation = new CancellationTokenSource();
        var withdrawn = host.Publisher.PublishAsync("order.created", 1, new PublishOptions { MessageId = "withdrawn" }, cancellation.Token);
        var last = host.PublishAsync(new PublishOptions { MessageId = "last" });

        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => withdrawn.InTimeAsync()).Should().ThrowAsync<OperationCanceledException>();
        store.Leave.Open();
        await first;
        (await last).MessageId.Should().Be("last");
        host.Store.Appends.Should().Equal(1, 1);
        (await host.Log.GetMessageAsync("withdrawn")).Should().BeNull();
    }

    [Fact]
    public async Task A_publish_that_is_canceled_while_it_is_stored_succeeds_all_the_same()
    {
        await using var host = await TestHost.StartAsync();
        var store = HoldAppends(host);
        using var cancellation = new CancellationTokenSource();
        var publish = host.Publisher.PublishAsync("order.created", 1, new PublishOptions { MessageId = "m-1" }, cancellation.Token);
        await store.Entered.PassAsync().InTimeAsync();

        await cancellation.CancelAsync();
        store.Leave.Open();

        (await publish.InTimeAsync()).MessageId.Should().Be("m-1");
        (await host.Log.GetMessageAsync("m-1")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_publish_that_is_canceled_beforehand_stores_nothing()
    {
        await using var host = await TestHost.StartAsync();

        var publish = () => host.Publisher.PublishAsync("order.created", 1, cancellationToken: new CancellationToken(canceled: true));

        await publish.Should().ThrowAsync<OperationCanceledException>();
        host.Store.Appends.Should().BeEmpty();
    }

    [Fact]
    public async Task When_the_store_fails_each_publisher_hears_of_it_and_later_publishes_work()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Capacity = 4);
        await host.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(10)).InTimeAsync();
        await host.AddEndpointAsync();
        var repair = host.Store.Fail(nameof(IMessageStore.AppendAsync));
        for (var i = 0; i < 20; i++)
        {
            var publish = () => host.PublishAsync();
            await publish.Should().ThrowAsync<WebhookStoreException>();
        }

        host.Logs.WithId(200).Should().HaveCount(20);
        repair();

        // The room that was set aside for what was not stored is there again.
        var dispatcher = host.Services.GetRequiredService<IWebhookDispatcher>();
        var grant = dispatcher.Reserve();
        grant!.Limit.Should().Be(2);
        dispatcher.Dispatch(grant, []);
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
    }

    private static (Gate Entered, Gate Leave) HoldAppends(TestHost host)
    {
        var gates = (Entered: new Gate(), Leave: new Gate());
        host.Store.Before = async member =>
        {
            if (member == nameof(IMessageStore.AppendAsync))
            {
                gates.Entered.Open();
                await gates.Leave.PassAsync();
            }
        };
        return gates;
    }
}
