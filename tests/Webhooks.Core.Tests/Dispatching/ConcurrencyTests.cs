using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task No_endpoint_gets_more_requests_at_a_time_than_the_host_allows()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 3);

        await MostAtATimeShouldBeAsync(host, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    public async Task An_endpoints_own_limit_goes_before_the_hosts(int limit)
    {
        await using var host = await TestHost.StartAsync();

        await MostAtATimeShouldBeAsync(host, limit, limit);
    }

    [Fact]
    public async Task A_limit_that_is_changed_holds_for_the_attempts_that_start_afterwards()
    {
        await using var host = await TestHost.StartAsync();
        var first = new Gate();
        var later = new Gate();
        host.Receiver.Answer = async (request, token) =>
        {
            await (request.Number <= 16 ? first : later).PassAsync(token);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(30);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 16);

        await host.Endpoints.UpdateAsync(endpointId, TestHost.Settings() with { MaxConcurrency = 1 });
        first.Open();
        await host.Receiver.WhenAsync(receiver => receiver.Requests.Count > 16 && receiver.Open == 1);
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 16);
        host.Receiver.Requests.Count.Should().Be(17);

        await host.Endpoints.UpdateAsync(endpointId, TestHost.Settings());
        later.Open();
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
    }

    [Fact]
    public async Task An_instance_has_no_more_requests_under_way_than_it_may()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrency = 8);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        for (var i = 0; i < 12; i++)
        {
            await host.AddEndpointAsync(TestHost.Settings($"https://receiver-{i}.test/"));
        }

        await host.PublishManyAsync(3);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 8);
        gate.Open();
        await host.WhenDeliveriesAsync(all => all.Count == 36 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));

        host.Receiver.MostOpen.Should().Be(8);
    }

    [Fact]
    public async Task One_endpoint_leaves_slots_for_the_others()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrency = 8);
        host.Receiver.Answer = async (request, token) =>
        {
            await (IsTo(request, "greedy.test") ? new Gate().PassAsync(token) : Task.CompletedTask);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        await host.AddEndpointAsync(TestHost.Settings("https://greedy.test/") with { MaxConcurrency = 1_000 }, "greedy");
        await host.PublishBatchAsync(50, "greedy");

        await host.Receiver.WhenAsync(receiver => receiver.Open >= 4);
        await host.AddEndpointAsync(TestHost.Settings("https://modest.test/"));
        await host.PublishManyAsync(20);

        await host.WhenDeliveriesAsync(all => all.Count == 20 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Open.Should().Be(4, "half of the slots are the most that one endpoint gets");
    }

    [Fact]
    public async Task A_hanging_endpoint_with_a_backlog_delays_nobody_else()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = async (request, token) =>
        {
            await (IsTo(request, "hanging.test") ? new Gate().PassAsync(token) : Task.CompletedTask);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        await host.AddEndpointAsync(TestHost.Settings("https://hanging.test/"), "hanging");
        await host.AddEndpointAsync(TestHost.Settings("https://healthy.test/"));
        for (var i = 0; i < 3_000; i += 1_000)
        {
            await host.PublishBatchAsync(1_000, "hanging");
        }

        await host.Receiver.WhenAsync(receiver => receiver.Open == 16);
        await host.PublishManyAsync(100);

        await host.WhenDeliveriesAsync(all => all.Count == 100 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Open.Should().Be(16, "the other one still hangs");
    }

    private static bool IsTo(ReceivedRequest request, string host) => request.Url.Host == host;

    private static async Task MostAtATimeShouldBeAsync(TestHost host, int limit, int? ownLimit = null)
    {
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync(TestHost.Settings() with { MaxConcurrency = ownLimit });
        await host.PublishBatchAsync(60);

        await host.Receiver.WhenAsync(receiver => receiver.Open == limit);
        gate.Open();
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));

        host.Receiver.MostOpen.Should().Be(limit);
        host.Receiver.Requests.Select(request => request.MessageId).Distinct().Should().HaveCount(60);
    }
}
