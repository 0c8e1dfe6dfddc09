using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Operations;
using Webhooks.Replay;

namespace Webhooks.Core.Tests.Operations;

/// <summary>What an operator hears of an endpoint that dies and comes back.</summary>
public sealed class DeadEndpointTests
{
    /// <summary>The longest pause between two turns of a replay.</summary>
    private static readonly TimeSpan ReplayPause = new ReplayOptions().BatchInterval;

    [Fact]
    public async Task The_story_of_a_dead_endpoint_is_told_from_its_creation_to_its_recovery()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder, options =>
        {
            options.DisableAfter = TimeSpan.FromDays(3.5);
            options.CircuitBreaker.Enabled = false;
        });
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await host.AddEndpointAsync();
        var first = await host.PublishAsync();
        await RunAsync(host, until: TimeSpan.FromDays(1.5));
        var second = await host.PublishAsync();
        await RunAsync(host, until: TimeSpan.FromDays(3.6));
        host.Clock.SetUtcNow(TestHost.Noon.AddDays(3.7));
        await host.Store.Changed.WhenAsync(async () => (await host.Endpoints.GetAsync(endpoint))!.Status == EndpointStatus.Disabled);
        await host.WhenHandledAsync();
        host.Clock.SetUtcNow(TestHost.Noon.AddDays(5));

        // No order is promised: the one is told before the other can happen.
        var gate = new Gate();
        host.Receiver.Answer = async (_, token) =>
        {
            await gate.PassAsync(token);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        await host.Endpoints.EnableAsync(endpoint);
        await host.WhenHandledAsync();
        gate.Open();
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Succeeded));
        await host.WhenHandledAsync();
        var failed = (await host.DeliveriesAsync()).Single(delivery => delivery.Status == DeliveryStatus.Failed);
        await host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(failed.Id);
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        await host.WhenHandledAsync();

        recorder.Events.Select(Tell).Should().Equal(
            (OperationalEventTypes.EndpointCreated, null, 0),
            (OperationalEventTypes.DeliveryFailing, first.MessageId, 4),
            (OperationalEventTypes.DeliveryFailing, second.MessageId, 4),
            (OperationalEventTypes.DeliveryExhausted, first.MessageId, 10),
            (OperationalEventTypes.EndpointDisabled, null, 0),
            (OperationalEventTypes.EndpointEnabled, null, 0),
            (OperationalEventTypes.DeliveryRecovered, second.MessageId, 10),
            (OperationalEventTypes.DeliveryRecovered, first.MessageId, 11));
        var disabled = (EndpointDisabled)recorder.Events[4].Data;
        disabled.Should().BeEquivalentTo(new
        {
            TenantId = WebhooksDefaults.TenantId,
            EndpointId = endpoint,
            Host = "receiver.test",
            Cause = DisableCause.Failing,
            Reason = "Every attempt has failed since 2026-01-02 12:00:00Z.",
            FailingSince = TestHost.Noon,
        });
        recorder.Events.Select(happened => happened.Timestamp).Should().BeInAscendingOrder();
        recorder.Events.Should().OnlyContain(happened => happened.AttemptNumber == 1);
        recorder.Events.Select(happened => happened.Id).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_told_of_once_however_many_attempts_hear_it()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder, options => options.CircuitBreaker.Enabled = false);
        var gate = new Gate();
        host.Receiver.Answer = async (_, token) =>
        {
            await gate.PassAsync(token);
            return new HttpResponseMessage(HttpStatusCode.Gone);
        };
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(10);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 10);
        gate.Open();
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Failed));
        await host.WhenHandledAsync();

        recorder.Events.Select(happened => happened.Data).OfType<EndpointDisabled>().Should().ContainSingle()
            .Which.Cause.Should().Be(DisableCause.Gone);
        recorder.Events.Select(happened => happened.Data).OfType<DeliveryExhausted>()
            .Should().HaveCount(10).And.OnlyContain(exhausted => exhausted.StatusCode == 410 && exhausted.AttemptNumber == 1);
    }

    [Theory]
    [InlineData(1, 1, "failing exhausted")]
    [InlineData(2, 3, "failing exhausted")]
    [InlineData(4, 3, "exhausted")]
    [InlineData(3, 3, "failing exhausted")]
    public async Task A_delivery_is_failing_after_the_attempts_of_the_setting_if_there_is_one_more(int after, int retries, string told)
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder, options =>
        {
            options.OperationalEvents.FailingAfterAttempts = after;
            options.Retry.Delays = [.. Enumerable.Repeat(TimeSpan.Zero, retries)];
        });
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Failed);
        await host.WhenHandledAsync();

        string.Join(' ', recorder.Events.Where(IsOfDelivery).OrderBy(Attempt).Select(Word)).Should().Be(told);
        recorder.Events.Select(happened => happened.Data).OfType<DeliveryFailing>().Where(failing => failing.AttemptNumber != after)
            .Should().BeEmpty();
    }

    [Fact]
    public async Task A_success_is_news_only_after_a_failure_was()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(
            recorder, options => options.Retry.Delays = [.. Enumerable.Repeat(TimeSpan.Zero, 9)]);
        await host.AddEndpointAsync();
        for (var failures = 0; failures <= 5; failures++)
        {
            var last = host.Receiver.Count + failures;
            host.Receiver.AnswerEach(number => new HttpResponseMessage(number <= last ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
            await host.PublishAsync();
            await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        }

        await host.WhenHandledAsync();

        recorder.Events.Where(IsOfDelivery).OrderBy(happened => happened.Id, StringComparer.Ordinal)
            .Select(happened => (Word(happened), Attempt(happened)))
            .Should().Equal(("failing", 4), ("recovered", 5), ("failing", 4), ("recovered", 6));
    }

    [Fact]
    public async Task An_attempt_beside_the_schedule_is_news_only_if_it_ends_what_was_news()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(
            recorder, options => options.Retry.Delays = [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1)]);
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var pending = await host.DeliveryAsync(delivery => delivery.AttemptCount == 4);
        var replay = host.Services.GetRequiredService<IWebhookReplay>();
        await replay.ResendAsync(pending.Id);
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 5);
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.DeliveryAsync(DeliveryStatus.Failed);
        await replay.ResendAsync(pending.Id);
        await host.DeliveryAsync(delivery => delivery is { AttemptCount: 7, Status: DeliveryStatus.Failed });
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await replay.ResendAsync(pending.Id);
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await replay.ResendAsync(pending.Id);
        await host.DeliveryAsync(delivery => delivery is { AttemptCount: 9, Status: DeliveryStatus.Succeeded });
        await host.WhenHandledAsync();

        recorder.Events.Where(IsOfDelivery).OrderBy(Attempt).Select(happened => (Word(happened), Attempt(happened)))
            .Should().Equal(("failing", 4), ("exhausted", 6), ("recovered", 8));
    }

    [Fact]
    public async Task A_success_beside_the_schedule_of_a_delivery_that_was_failing_is_its_recovery()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(
            recorder, options => options.Retry.Delays = [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1)]);
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var pending = await host.DeliveryAsync(delivery => delivery.AttemptCount == 4);
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(pending.Id);
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await host.WhenHandledAsync();

        recorder.Events.Where(IsOfDelivery).OrderBy(Attempt).Select(happened => (Word(happened), Attempt(happened)))
            .Should().Equal(("failing", 4), ("recovered", 5));
    }

    [Fact]
    public async Task A_replay_starts_the_story_anew_and_heals_what_was_exhausted()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder, options => options.Retry.Delays = []);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.PublishAsync();
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Failed));
        var replay = host.Services.GetRequiredService<IWebhookReplay>();

        // Once more in vain, then well, and what had succeeded with it.
        await RunReplayAsync(host, replay, ReplaySelection.Failed, attempts: 3);
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery is { Status: DeliveryStatus.Failed, AttemptCount: 2 }));
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await RunReplayAsync(host, replay, ReplaySelection.Failed, attempts: 4);
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        await RunReplayAsync(host, replay, ReplaySelection.Succeeded, attempts: 6);
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        await host.WhenHandledAsync();

        recorder.Events.Where(IsOfDelivery).OrderBy(Attempt).Select(happened => (Word(happened), Attempt(happened)))
            .Should().Equal(("exhausted", 1), ("exhausted", 2), ("recovered", 3));
    }

    private static async Task RunReplayAsync(TestHost host, IWebhookReplay replay, ReplaySelection selection, int attempts)
    {
        await replay.StartAsync(new ReplayRequest { Selection = selection, Since = TestHost.Noon.AddDays(-1) });
        using var stop = new CancellationTokenSource();
        var received = host.Receiver.ReceivedAsync(attempts);
        while (!received.IsCompleted)
        {
            // The pause after the turn before may begin only now: the clock goes on whenever somebody waits for it.
            await Task.WhenAny(received, host.Clock.WaitForTimerAsync(ReplayPause, stop.Token));
            host.Clock.Advance(ReplayPause);
        }

        await stop.CancelAsync();
        await received;
    }

    /// <summary>Lets every attempt be made that is due until a time.</summary>
    private static async Task RunAsync(TestHost host, TimeSpan until)
    {
        var end = TestHost.Noon + until;
        await host.WhenHandledAsync();
        while (true)
        {
            WebhookDelivery? next = null;
            await host.WhenDeliveriesAsync(all =>
            {
                var pending = all.Where(delivery => delivery is { Status: DeliveryStatus.Pending, IsEndpointDisabled: false }).ToList();
                next = pending.MinBy(delivery => delivery.NextAttemptAt);
                return pending.TrueForAll(delivery => delivery.AttemptCount > 0 && delivery.NextAttemptAt > host.Clock.GetUtcNow());
            });
            if (next?.NextAttemptAt is not { } due || due > end)
            {
                host.Clock.SetUtcNow(end);
                return;
            }

            host.Clock.SetUtcNow(due);
            await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Id == next.Id && delivery.AttemptCount > next.AttemptCount));
            await host.WhenHandledAsync();
        }
    }

    private static (string EventType, string? MessageId, int AttemptNumber) Tell(OperationalEvent happened) =>
        happened.Data is DeliveryEventData delivery
            ? (happened.EventType, delivery.MessageId, delivery.AttemptNumber)
            : (happened.EventType, null, 0);

    private static bool IsOfDelivery(OperationalEvent happened) => happened.Data is DeliveryEventData;

    private static int Attempt(OperationalEvent happened) => ((DeliveryEventData)happened.Data).AttemptNumber;

    private static string Word(OperationalEvent happened) => happened.EventType.Split('.')[^1];
}
