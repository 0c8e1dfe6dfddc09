using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>What an endpoint or tenant may get in a time, on all instances together.</summary>
public sealed class RateLimitTests
{
    private const string Tenant = WebhooksDefaults.TenantId;

    [Fact]
    public async Task A_backlog_of_ten_thousand_flows_at_five_a_second_and_others_are_untouched()
    {
        await using var host = await TestHost.StartAsync();
        var limited = await host.AddEndpointAsync(Limited("https://limited.test/", RateLimit.PerSecond(5)), "a");
        await host.AddEndpointAsync(TestHost.Settings("https://free.test/"), "b");
        for (var i = 0; i < 10; i++)
        {
            await host.PublishBatchAsync(1_000, "a");
        }

        await host.PublishBatchAsync(1_000, "b");
        await host.Receiver.WhenAsync(receiver => To("free.test", receiver).Count == 1_000);
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon, "nobody waits for the one that is limited");

        await host.Receiver.WhenAsync(receiver => receiver.Count == 1_001);
        await FlowAsync(host, 11_000);

        var times = To("limited.test", host.Receiver);
        for (var i = 0; i < times.Count; i++)
        {
            times[i].Should().Be(TestHost.Noon.AddMilliseconds(200 * i));
        }

        host.Store.CallsOf(nameof(IDeliveryStore.ReserveAsync)).Should().BeLessThan(10_000 / 40, "time is reserved for many at once");
        host.Store.CallsOf(nameof(IDeliveryStore.ClaimHeldAsync)).Should().BeLessThan(10_000 / 40);
        await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == 11_000);
        (await host.Endpoints.GetAsync(limited, "a"))!.PausedUntil.Should().BeNull();
        host.Logs.WithId(404).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_instances_keep_the_limit_together()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync(like: host);
        var endpointId = await host.AddEndpointAsync(Limited("https://limited.test/", RateLimit.PerSecond(5)));
        for (var i = 0; i < 60; i++)
        {
            await (i % 2 == 0 ? host : other).PublishAsync();
        }

        await FlowAsync([host, other], 60);

        host.Receiver.Requests.Should().NotBeEmpty();
        other.Receiver.Requests.Should().NotBeEmpty();
        ShouldHaveReserved(
            [.. host.Receiver.Requests, .. other.Receiver.Requests], host, Tenant, endpointId, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_limit_slower_than_a_lease_is_kept_and_costs_no_attempts()
    {
        await using var host = await TestHost.StartAsync();
        var endpointId = await host.AddEndpointAsync(Limited("https://limited.test/", new RateLimit(2, TimeSpan.FromHours(2))));
        await host.PublishBatchAsync(4);

        for (var sent = 1; sent < 4; sent++)
        {
            await host.WhenDeliveriesAsync(all =>
                all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == sent && all.Count(delivery => delivery.IsHeld) == 4 - sent);
            var next = TestHost.Noon.AddHours(sent);
            await host.Store.Changed.WhenAsync(async () => (await host.Endpoints.GetAsync(endpointId))!.PausedUntil > next);
            host.Clock.SetUtcNow(next);
            await host.Receiver.ReceivedAsync(sent + 1);
        }

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery is { Status: DeliveryStatus.Succeeded, AttemptCount: 1 }));
        host.Receiver.Requests.Select(request => request.At - TestHost.Noon).Should().Equal(
            TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3));
    }

    [Fact]
    public async Task The_endpoints_of_a_tenant_share_its_limit_and_other_tenants_have_their_own()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxRatePerTenant = 10);
        await host.AddEndpointAsync(TestHost.Settings("https://one.test/"), "a");
        await host.AddEndpointAsync(TestHost.Settings("https://two.test/"), "a");
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"), "b");
        await host.PublishBatchAsync(30, "a");
        await host.PublishBatchAsync(60, "b");

        await FlowAsync([host], 120);

        var requests = host.Receiver.Requests;
        requests.Where(request => request.Url.Host != "other.test").Should().HaveCount(60);
        ShouldHaveReserved(
            requests.Where(request => request.Url.Host != "other.test"), host, "a", endpointId: null, TimeSpan.FromMilliseconds(100));
        ShouldHaveReserved(
            requests.Where(request => request.Url.Host == "other.test"), host, "b", endpointId: null, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task An_endpoint_with_a_limit_keeps_that_of_its_tenant_too()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxRatePerTenant = 10);
        var slow = await host.AddEndpointAsync(Limited("https://slow.test/", RateLimit.PerSecond(2)));
        await host.AddEndpointAsync(TestHost.Settings("https://fast.test/"));
        await host.PublishBatchAsync(20);

        await FlowAsync([host], 40);

        var requests = host.Receiver.Requests;
        ShouldHaveReserved(requests, host, Tenant, endpointId: null, TimeSpan.FromMilliseconds(100));
        ShouldHaveReserved(
            requests.Where(request => request.Url.Host == "slow.test"), host, Tenant, slow, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task A_host_can_give_each_tenant_a_limit_of_its_own()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.Services.AddSingleton<ITenantRateLimits>(new Plans()));
        await host.AddEndpointAsync(TestHost.Settings("https://free.test/"), "free");
        await host.AddEndpointAsync(TestHost.Settings("https://paid.test/"), "paid");
        await host.PublishBatchAsync(10, "paid");
        await host.PublishBatchAsync(10, "free");

        await host.Receiver.WhenAsync(receiver => To("paid.test", receiver).Count == 10);
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon);
        await FlowAsync([host], 20);
        ShouldHaveReserved(
            host.Receiver.Requests.Where(request => request.Url.Host == "free.test"), host, "free", endpointId: null, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_limit_that_is_lifted_stops_nobody_any_more()
    {
        await using var host = await TestHost.StartAsync();
        var endpointId = await host.AddEndpointAsync(Limited("https://limited.test/", new RateLimit(1, TimeSpan.FromHours(1))));
        await host.PublishBatchAsync(20);
        await host.Receiver.ReceivedAsync(1);
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) == 19);

        await host.Endpoints.UpdateAsync(endpointId, TestHost.Settings("https://limited.test/"));

        await host.Receiver.ReceivedAsync(20);
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon);
    }

    [Fact]
    public async Task While_the_store_gives_no_time_nothing_is_sent_and_afterwards_everything()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync(Limited("https://limited.test/", RateLimit.PerSecond(100)));
        var repair = host.Store.Fail(nameof(IDeliveryStore.ReserveAsync));
        await host.PublishBatchAsync(10);
        await host.Logs.LoggedAsync(302);
        host.Receiver.Requests.Should().BeEmpty();

        repair();

        await FlowAsync([host], 10);
    }

    private static EndpointSettings Limited(string url, RateLimit limit) => TestHost.Settings(url) with { RateLimit = limit };

    private static List<DateTimeOffset> To(string hostName, Receiver receiver) =>
        [.. receiver.Requests.Where(request => request.Url.Host == hostName).Select(request => request.At)];

    /// <summary>Moves the clock from one attempt to the next until so many have come.</summary>
    private static async Task FlowAsync(TestHost host, int count)
    {
        while (true)
        {
            var received = host.Receiver.Count;
            await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count >= received);
            if (received == count)
            {
                return;
            }

            await host.Clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(200)).InTimeAsync();
            host.Clock.Advance(TimeSpan.FromMilliseconds(200));
            await host.Receiver.WhenAsync(receiver => receiver.Count > received);
        }
    }

    /// <summary>Moves the clock from timer to timer until so many requests have come to all hosts together.</summary>
    private static async Task FlowAsync(IReadOnlyList<TestHost> hosts, int count)
    {
        var received = () => hosts.Sum(host => host.Receiver.Count);
        var all = Task.WhenAny(hosts.Select(host => host.Receiver.WhenAsync(_ => received() >= count)));
        while (received() < count)
        {
            await hosts[0].Store.Changed.WhenAsync(() => hosts[0].Store.Recorded.Count >= received());

            // A timer that near is a rate limit's: the hosts have nothing else to do at this time.
            await Task.WhenAny(all, hosts[0].Clock.WaitForTimerAsync(TimeSpan.FromSeconds(1))).InTimeAsync();
            if (!all.IsCompleted)
            {
                await hosts[0].Clock.AdvanceToNextTimerAsync().InTimeAsync();
            }
        }
    }

    /// <summary>
    /// Each request has a time of its own that was reserved for it, and is not earlier. How late one comes to its receiver is up to
    /// the network, and here to a clock that does not wait for it.
    /// </summary>
    private static void ShouldHaveReserved(
        IEnumerable<ReceivedRequest> requests, TestHost host, string tenantId, string? endpointId, TimeSpan interval)
    {
        DateTimeOffset[] slots =
        [
            .. host.Store.Reserved
                .Where(reserved => reserved.Reservation.TenantId == tenantId && reserved.Reservation.EndpointId == endpointId)
                .SelectMany(reserved => Enumerable
                    .Range(0, (int)(reserved.Reservation.Length / interval)).Select(slot => reserved.Start + (slot * interval)))
                .Order(),
        ];
        slots.Zip(slots.Skip(1)).Should().OnlyContain(pair => pair.Second - pair.First >= interval);
        var times = requests.Select(request => request.At).Order().ToList();
        times.Should().HaveCountLessThanOrEqualTo(slots.Length);
        times.Zip(slots).Should().OnlyContain(pair => pair.First >= pair.Second);
    }

    private sealed class Plans : ITenantRateLimits
    {
        public ValueTask<RateLimit?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
            ValueTask.FromResult(tenantId == "free" ? RateLimit.PerSecond(1) : null);
    }
}
