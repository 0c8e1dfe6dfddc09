using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Replay;

public sealed class ReplayTests
{
    [Fact]
    public async Task All_that_failed_at_an_endpoint_since_a_time_is_sent_again_by_the_whole_schedule()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [TimeSpan.FromSeconds(30)];
        });
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await host.AddEndpointAsync();
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"));
        await FailAsync(host, count: 1);
        var outage = host.Clock.GetUtcNow();
        await FailAsync(host, count: 3);
        var before = host.Receiver.Requests.Count;
        host.Receiver.AnswerEach(number => new HttpResponseMessage(
            number <= before + 3 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));

        var job = await Replay(host).StartAsync(new ReplayRequest { EndpointId = endpoint, Since = outage });
        await host.WhenDeliveriesAsync(deliveries => deliveries.Count(delivery => delivery.AttemptCount == 3) == 3);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await host.WhenDeliveriesAsync(deliveries => deliveries.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 3);

        host.Receiver.Requests.Skip(before).Should().HaveCount(6)
            .And.OnlyContain(request => request.Url == new Uri("https://receiver.test/hooks"), "the other endpoint was not meant");
        (await Replay(host).GetAsync(job.Id)).Should().BeEquivalentTo(new
        {
            Status = ReplayStatus.Completed,
            ReplayedCount = 3,
            SkippedCount = 0,
            ReachedAt = outage.AddMinutes(1),
        });
    }

    [Fact]
    public async Task An_endpoint_that_was_created_later_gets_what_was_published_before()
    {
        await using var host = await TestHost.StartAsync();
        await host.PublishManyAsync(3);
        var endpoint = await host.AddEndpointAsync();

        await Replay(host).StartAsync(new ReplayRequest { EndpointId = endpoint, Selection = ReplaySelection.NeverSent });
        await host.Receiver.ReceivedAsync(3);
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        await Replay(host).StartAsync(new ReplayRequest { EndpointId = endpoint, Selection = ReplaySelection.NeverSent });
        await WhenAsync(host, jobs => jobs.All(job => job.Status == ReplayStatus.Completed));

        (await JobsAsync(host)).Select(job => job.ReplayedCount).Should().Equal(0, 3);
        host.Receiver.Requests.Select(request => request.MessageId).Should().OnlyHaveUniqueItems().And.HaveCount(3);
    }

    [Fact]
    public async Task Batches_are_bounded_and_wait_for_their_time_so_that_live_traffic_does_not_wait()
    {
        await using var host = await StartWithFailuresAsync(count: 25);

        var job = await Replay(host).StartAsync(new ReplayRequest());
        await SucceededAsync(host, 10);
        (await Replay(host).GetAsync(job.Id))!.Should().Match<ReplayJob>(it => it.Status == ReplayStatus.Active && it.ReplayedCount == 10);
        host.Clock.Advance(TimeSpan.FromSeconds(1.9));
        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Failed).Should().Be(15);

        await AdvanceUntilAsync(host, () => SucceededCountAsync(host, 25));
        await AdvanceUntilAsync(host, async () => (await Replay(host).GetAsync(job.Id))!.Status == ReplayStatus.Completed);
        host.Receiver.Requests.Skip(25).Select(request => request.MessageId).Should().OnlyHaveUniqueItems().And.HaveCount(25);
    }

    [Fact]
    public async Task A_replay_keeps_its_pace_however_many_instances_there_are()
    {
        await using var first = await StartWithFailuresAsync(count: 25);
        await using var second = await TestHost.WithAsync(Bound, like: first);
        await Replay(first).StartAsync(new ReplayRequest());
        await SucceededAsync(first, 10);

        // One of the two has sent that batch and waits; the other looks now, and may find only what is new.
        await Replay(first).StartAsync(new ReplayRequest { EventType = "order.none" });
        await Replay(second).StartAsync(new ReplayRequest { EventType = "order.none" });
        await first.Store.Changed.WhenAsync(async () => (await JobsAsync(first)).Any(job => job.Status == ReplayStatus.Completed));

        (await SucceededCountAsync(first, 10)).Should().BeTrue();
    }

    [Fact]
    public async Task A_canceled_replay_stops_and_what_it_has_sent_stays_sent()
    {
        await using var host = await StartWithFailuresAsync(count: 25);
        var job = await Replay(host).StartAsync(new ReplayRequest());
        await SucceededAsync(host, 10);

        (await Replay(host).CancelAsync(job.Id)).Status.Should().Be(ReplayStatus.Canceled);
        (await Replay(host).CancelAsync(job.Id)).CompletedAt.Should().Be(host.Clock.GetUtcNow());

        var turns = host.Store.CallsOf(nameof(IReplayStore.RunReplayAsync));
        await AdvanceUntilAsync(host, () => Task.FromResult(host.Store.CallsOf(nameof(IReplayStore.RunReplayAsync)) > turns));
        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Failed).Should().Be(15);
    }

    [Fact]
    public async Task Another_instance_goes_on_with_the_replay_of_one_that_stopped()
    {
        await using var first = await StartWithFailuresAsync(count: 25);
        var job = await Replay(first).StartAsync(new ReplayRequest());
        await SucceededAsync(first, 10);
        await first.StopAsync();

        await using var second = await TestHost.WithAsync(Bound, like: first);
        await AdvanceUntilAsync(second, async () => (await Replay(second).GetAsync(job.Id))!.Status == ReplayStatus.Completed);
        await SucceededAsync(second, 25);

        second.Receiver.Requests.Concat(first.Receiver.Requests.Skip(25))
            .Select(request => request.MessageId).Should().OnlyHaveUniqueItems().And.HaveCount(25);
    }

    [Fact]
    public async Task A_replay_that_is_started_again_under_its_id_is_the_first_one_as_it_is_now()
    {
        await using var host = await StartWithFailuresAsync(count: 1);
        var endpoint = (await host.Endpoints.ListAsync(new EndpointQuery())).Items.Single().Id;
        var request = new ReplayRequest { EndpointId = endpoint, Since = TestHost.Noon.AddTicks(1) };

        var first = await Replay(host).StartAsync(request, "replay-1");
        await AdvanceUntilAsync(host, async () => (await Replay(host).GetAsync(first.Id))!.Status == ReplayStatus.Completed);
        await host.Endpoints.DisableAsync(endpoint);
        var again = await Replay(host).StartAsync(request, "replay-1");
        var other = () => Replay(host).StartAsync(request with { Until = first.CreatedAt }, "replay-1");
        var invalid = () => Replay(host).StartAsync(request, "a.b");

        (first.Id, again.Status, again.ReplayedCount).Should().Be(("replay-1", ReplayStatus.Completed, 1));
        again.Request.Should().Be(first.Request);
        (await Replay(host).StartAsync(request with { Until = DateTimeOffset.MaxValue }, "replay-1")).Should().Be(again, "later ones never count");
        (await other.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle()
            .Which.Should().Match<WebhookValidationError>(error => error.Field == "jobId" && error.Rule == "reused");
        await invalid.Should().ThrowAsync<WebhookValidationException>();
        (await JobsAsync(host)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_turn_that_fails_is_made_again()
    {
        await using var host = await StartWithFailuresAsync(count: 3);
        var heal = host.Store.Fail(nameof(IReplayStore.RunReplayAsync));
        await Replay(host).StartAsync(new ReplayRequest());
        await host.Logs.LoggedAsync(511);
        heal();

        await AdvanceUntilAsync(host, () => SucceededCountAsync(host, 3));
    }

    [Fact]
    public async Task A_replay_that_has_ended_is_kept_as_long_as_messages_are()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retention.Messages = TimeSpan.FromHours(1);
            options.Retention.Interval = TimeSpan.FromMinutes(1);
        });
        var job = await Replay(host).StartAsync(new ReplayRequest());
        await WhenAsync(host, jobs => jobs.All(it => it.Status == ReplayStatus.Completed));
        host.Clock.Advance(TimeSpan.FromMinutes(59));
        (await Replay(host).GetAsync(job.Id)).Should().NotBeNull();

        await AdvanceUntilAsync(host, async () => await Replay(host).GetAsync(job.Id) is null);

        host.Clock.GetUtcNow().Should().BeAfter(TestHost.Noon.AddHours(1));
    }

    [Fact]
    public async Task A_request_that_breaks_rules_is_refused_with_all_of_them()
    {
        await using var host = await TestHost.StartAsync();

        var start = () => Replay(host).StartAsync(new ReplayRequest
        {
            TenantId = "",
            EndpointId = "a.b",
            EventType = "order.*",
            Selection = (ReplaySelection)9,
            Since = TestHost.Noon.AddDays(1),
        });

        (await start.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Select(error => error.Field)
            .Should().Equal("tenantId", "endpointId", "selection", "eventType", "since");
        await ((Func<Task>)(() => Replay(host).StartAsync(new ReplayRequest { EndpointId = "ep_none" })))
            .Should().ThrowAsync<WebhookNotFoundException>();
        var endpoint = await host.AddEndpointAsync();
        await host.Endpoints.DisableAsync(endpoint);
        await ((Func<Task>)(() => Replay(host).StartAsync(new ReplayRequest { EndpointId = endpoint })))
            .Should().ThrowAsync<WebhookConflictException>();
        await ((Func<Task>)(() => Replay(host).CancelAsync("rpl_none"))).Should().ThrowAsync<WebhookNotFoundException>();
        (await JobsAsync(host)).Should().BeEmpty();
    }

    private static IWebhookReplay Replay(TestHost host) => host.Services.GetRequiredService<IWebhookReplay>();

    private static void Bound(WebhooksOptions options)
    {
        options.Retry.Delays = [];
        options.CircuitBreaker.Enabled = false;
        options.Replay.BatchSize = 10;
        options.Replay.BatchInterval = TimeSpan.FromSeconds(2);
    }

    /// <summary>A host whose replays have small batches, with deliveries that have failed and a receiver that is well again.</summary>
    private static async Task<TestHost> StartWithFailuresAsync(int count)
    {
        var host = await TestHost.WithAsync(Bound);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync();
        await FailAsync(host, count);
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        return host;
    }

    private static async Task FailAsync(TestHost host, int count)
    {
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.PublishBatchAsync(count);
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.AttemptCount >= 1));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.Status == DeliveryStatus.Failed));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private static Task SucceededAsync(TestHost host, int count) =>
        host.Store.Changed.WhenAsync(() => SucceededCountAsync(host, count));

    private static async Task<bool> SucceededCountAsync(TestHost host, int count) =>
        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == count;

    private static async Task<IReadOnlyList<ReplayJob>> JobsAsync(TestHost host) =>
        (await Replay(host).ListAsync(new ReplayQuery())).Items;

    private static Task WhenAsync(TestHost host, Func<IReadOnlyList<ReplayJob>, bool> condition) =>
        AdvanceUntilAsync(host, async () => condition(await JobsAsync(host)));

    /// <summary>Lets time pass, but not while something is being sent, until a condition holds.</summary>
    private static async Task AdvanceUntilAsync(TestHost host, Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.Status != DeliveryStatus.Pending));
            host.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }
}
