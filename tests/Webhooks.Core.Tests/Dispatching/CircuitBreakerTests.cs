using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>What happens to an endpoint that fails, from the first failures to the day on which it is given up, and back.</summary>
public sealed class CircuitBreakerTests
{
    private const int Opened = 408;
    private const int Recovered = 410;
    private const int Disabled = 411;

    [Fact]
    public async Task A_dead_endpoint_with_a_thousand_deliveries_is_stopped_probed_disabled_and_recovers()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(1_000);

        // Twenty failures open the circuit; those under way at that moment end.
        await host.Logs.LoggedAsync(Opened);
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) + host.Receiver.Count == 1_000);
        await RecordedAsync(host);
        host.Receiver.Count.Should().BeInRange(20, 36);
        (await host.Endpoints.GetAsync(endpointId))!.Should().BeEquivalentTo(new
        {
            PausedUntil = TestHost.Noon.AddSeconds(30), PauseReason = PauseReason.Failing, FailingSince = TestHost.Noon,
        });

        // Each break ends with one probe, and is followed by one as long as all that were before it, up to an hour.
        var breaks = new List<TimeSpan>();
        while (host.Clock.GetUtcNow() - TestHost.Noon < TimeSpan.FromDays(5))
        {
            var (probes, until) = (host.Receiver.Count, (await host.Endpoints.GetAsync(endpointId))!.PausedUntil!.Value);
            breaks.Add(until - host.Clock.GetUtcNow());
            host.Clock.SetUtcNow(until);
            await host.Receiver.ReceivedAsync(probes + 1);
            await host.Logs.LoggedAsync(Opened, breaks.Count + 1);
            await host.Store.Changed.WhenAsync(async () =>
                await host.Endpoints.GetAsync(endpointId) is { } endpoint
                && (endpoint.Status == EndpointStatus.Disabled || (endpoint.PausedUntil > until && endpoint.PauseReason == PauseReason.Failing)));
            await RecordedAsync(host);
            host.Receiver.Count.Should().Be(probes + 1, "one attempt is made at the end of a break");
        }

        await host.Logs.LoggedAsync(Disabled);
        breaks.Take(9).Select(pause => pause.TotalSeconds).Should().Equal(30, 30, 60, 120, 240, 480, 960, 1920, 3600);
        breaks.Skip(9).Should().OnlyContain(pause => pause == TimeSpan.FromHours(1));
        (host.Clock.GetUtcNow() - TestHost.Noon).Should().BeCloseTo(TimeSpan.FromDays(5), TimeSpan.FromHours(1));
        var disabled = (await host.Endpoints.GetAsync(endpointId))!;
        disabled.Should().BeEquivalentTo(new
        {
            Status = EndpointStatus.Disabled, DisabledReason = "Every attempt has failed since 2026-01-02 12:00:00Z.",
        });

        // What came due meanwhile is held; of the rest, each waits for the time of its retry.
        await host.WhenDeliveriesAsync(all => !all.Any(delivery => delivery.NextAttemptAt <= host.Clock.GetUtcNow()));
        var pending = (await host.DeliveriesAsync()).Where(delivery => delivery.Status == DeliveryStatus.Pending).ToList();
        pending.Should().HaveCountGreaterThan(950, "an open circuit spends no attempts");
        pending.Should().OnlyContain(delivery => delivery.IsEndpointDisabled);

        // Repaired and enabled: the first goes alone, and its success brings all the others.
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        var (attempts, held) = (host.Receiver.Count, pending.Count(delivery => delivery.IsHeld));
        held.Should().BeGreaterThan(900);
        await host.Endpoints.EnableAsync(endpointId);
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == held);
        host.Receiver.Count.Should().Be(attempts + held);

        // The others come with their retries.
        foreach (var retry in pending.Where(delivery => !delivery.IsHeld).OrderBy(delivery => delivery.NextAttemptAt))
        {
            host.Clock.SetUtcNow(retry.NextAttemptAt!.Value);
            await host.WhenDeliveriesAsync(all => all.Single(delivery => delivery.Id == retry.Id).Status == DeliveryStatus.Succeeded);
        }

        host.Receiver.Count.Should().Be(attempts + pending.Count);
        (await host.Endpoints.GetAsync(endpointId))!.Should().BeEquivalentTo(new
        {
            Status = EndpointStatus.Enabled,
            FailingSince = (DateTimeOffset?)null,
            PausedUntil = (DateTimeOffset?)null,
            DisabledReason = (string?)null,
        });
        var story = host.Logs.Entries.Select(entry => entry.EventId).Where(id => id is Opened or Recovered or Disabled).ToList();
        story.Should().StartWith(Opened);
        story.Should().ContainSingle(id => id == Disabled);
        story.IndexOf(Disabled).Should().BeGreaterThan(100);
        story.Should().NotContain(Recovered, "enabling begins a new life");
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_gets_everything_and_is_as_before()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(100);
        await host.Logs.LoggedAsync(Opened);
        var failed = 100 - (await HeldAsync(host, endpointId));
        host.Receiver.AnswerWith(HttpStatusCode.OK);

        host.Clock.Advance(TimeSpan.FromSeconds(30));

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Count.Should().Be(100 + failed);
        await host.Logs.LoggedAsync(Recovered);
        await host.Store.Changed.WhenAsync(async () => (await host.Endpoints.GetAsync(endpointId))!.FailingSince is null);
    }

    [Fact]
    public async Task An_endpoint_of_which_half_fails_is_not_stopped()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number % 2 == 0 ? HttpStatusCode.OK : HttpStatusCode.InternalServerError));
        var endpointId = await host.AddEndpointAsync();

        await host.PublishBatchAsync(200);

        await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == 200);
        host.Logs.WithId(Opened).Should().BeEmpty();
        (await host.Endpoints.GetAsync(endpointId))!.PausedUntil.Should().BeNull();
        host.Store.CallsOf(nameof(IDeliveryStore.MarkFailingAsync)).Should().BeLessThan(4, "who comes and goes is not noted each time");
    }

    [Fact]
    public async Task A_break_that_is_written_late_does_not_hold_an_endpoint_that_was_enabled_meanwhile()
    {
        await using var host = await TestHost.StartAsync();
        var (reached, gate) = (new Gate(), new Gate());
        host.Store.Before = async name =>
        {
            if (name == nameof(IDeliveryStore.PauseEndpointAsync))
            {
                reached.Open();
                await gate.PassAsync();
            }
        };
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(100);
        await reached.PassAsync().InTimeAsync();

        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await host.Endpoints.DisableAsync(endpointId);
        await host.Endpoints.EnableAsync(endpointId);
        gate.Open();

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded || delivery.AttemptCount > 0));
        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Succeeded).Should().BeGreaterThan(60);
        await host.Store.Changed.WhenAsync(async () => (await host.Endpoints.GetAsync(endpointId))!.PausedUntil is null);
    }

    [Fact]
    public async Task A_failure_from_before_an_endpoint_was_enabled_does_not_hold_up_what_comes_after()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        var gate = new Gate();
        host.Receiver.Answer = async (_, token) =>
        {
            await gate.PassAsync(token);
            return new HttpResponseMessage(HttpStatusCode.InternalServerError);
        };
        await host.PublishAsync();
        await host.Receiver.WhenAsync(receiver => receiver.Open == 1);

        await host.Endpoints.DisableAsync(endpointId);
        await host.Endpoints.EnableAsync(endpointId);
        await host.Store.Changed.WhenAsync(async () => (await host.Endpoints.GetAsync(endpointId))!.PausedUntil > TestHost.Noon);
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await host.PublishAsync();
        gate.Open();

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 1);
    }

    [Fact]
    public async Task Without_a_breaker_every_delivery_is_attempted()
    {
        await using var host = await TestHost.WithAsync(options => options.CircuitBreaker.Enabled = false);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync();

        await host.PublishBatchAsync(200);

        await host.Receiver.ReceivedAsync(200);
        host.Logs.WithId(Opened).Should().BeEmpty();
    }

    [Fact]
    public async Task An_endpoint_that_fails_now_and_then_is_disabled_after_the_time_even_if_hosts_came_and_went()
    {
        await using var first = await TestHost.WithAsync(options => options.DisableAfter = TimeSpan.FromDays(2));
        first.Receiver.AnswerWith(HttpStatusCode.NotFound);
        var endpointId = await first.AddEndpointAsync();
        await first.PublishAsync();
        await first.Store.Changed.WhenAsync(async () => (await first.Endpoints.GetAsync(endpointId))!.FailingSince == TestHost.Noon);
        first.Store.CallsOf(nameof(IDeliveryStore.MarkFailingAsync)).Should().Be(1);
        await first.StopAsync();

        first.Clock.Advance(TimeSpan.FromDays(2));
        await using var second = TestHost.Create(
            webhooks => webhooks.Configure(options => options.DisableAfter = TimeSpan.FromDays(2)), like: first);

        // The retry is due: it may be made before the start has returned.
        second.Receiver.AnswerWith(HttpStatusCode.NotFound);
        await second.StartAsync();

        await second.Logs.LoggedAsync(Disabled);
        (await second.Endpoints.GetAsync(endpointId))!.Status.Should().Be(EndpointStatus.Disabled);
        second.Store.CallsOf(nameof(IDeliveryStore.MarkFailingAsync)).Should().Be(1, "what is noted is not noted again");
    }

    [Fact]
    public async Task With_no_time_set_nothing_is_disabled()
    {
        await using var host = await TestHost.WithAsync(options => options.DisableAfter = TimeSpan.Zero);
        host.Receiver.AnswerWith(HttpStatusCode.NotFound);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        host.Clock.Advance(TimeSpan.FromDays(60));
        await host.DeliveryAsync(delivery => delivery.AttemptCount >= 2);

        (await host.Endpoints.GetAsync(endpointId))!.Status.Should().Be(EndpointStatus.Enabled);
    }

    [Fact]
    public async Task A_success_on_another_instance_keeps_an_endpoint_enabled()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.DisableAfter = TimeSpan.FromMinutes(30);
            options.Dispatcher.MaxConcurrencyPerEndpoint = 1;
        });
        host.Receiver.AnswerWith(HttpStatusCode.NotFound);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Store.Changed.WhenAsync(async () => (await host.Endpoints.GetAsync(endpointId))!.FailingSince is not null);

        // What another instance would write after a success of its own; this one has not heard of it.
        await host.Store.Inner.MarkFailingAsync([new(new(WebhooksDefaults.TenantId, endpointId), FailingSince: null)], default);
        host.Clock.Advance(TimeSpan.FromMinutes(40));
        await host.DeliveryAsync(delivery => delivery.AttemptCount >= 2);

        // The next attempt is made when the one before has been judged.
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(3);

        (await host.Endpoints.GetAsync(endpointId))!.Status.Should().Be(EndpointStatus.Enabled);
    }

    [Fact]
    public async Task Enabling_without_what_is_pending_cancels_it_visibly()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.Gone);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(1);
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Failed));
        await host.Endpoints.EnableAsync(endpointId, pending: PendingDeliveries.Drop);
        host.Receiver.AnswerWith(HttpStatusCode.NotFound);
        await host.PublishBatchAsync(10);
        await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == 11);
        await host.Endpoints.EnableAsync(endpointId, pending: PendingDeliveries.Drop);
        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Pending).Should().Be(10, "it is not disabled");
        await host.Endpoints.DisableAsync(endpointId);

        await host.Endpoints.EnableAsync(endpointId, pending: PendingDeliveries.Drop);

        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Canceled).Should().Be(10);
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await host.PublishAsync();
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Count.Should().Be(12);
    }

    /// <summary>Until the outcomes are recorded: time that is moved on before that ends the leases, and attempts are made again.</summary>
    private static Task RecordedAsync(TestHost host) => host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == host.Receiver.Count);

    private static async Task<int> HeldAsync(TestHost host, string endpointId)
    {
        await host.Store.Changed.WhenAsync(async () =>
            (await host.Endpoints.GetAsync(endpointId))!.PauseReason == PauseReason.Failing
            && host.Store.Recorded.Count == host.Receiver.Count
            && (await host.DeliveriesAsync()).Count(delivery => delivery.IsHeld) == 100 - host.Receiver.Count);
        return 100 - host.Receiver.Count;
    }
}
