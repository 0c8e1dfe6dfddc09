using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Diagnostics;

public sealed class MetricsTests
{
    [Fact]
    public async Task The_time_from_publish_to_success_spans_retries_and_the_duration_of_the_last_attempt()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [TimeSpan.FromMinutes(5)];
        });
        using var recorder = new MeasurementRecorder(host);
        host.Receiver.Answer = (request, _) =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(new HttpResponseMessage(request.Number == 1 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        };
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await host.StopAsync();

        recorder.Of("webhooks.attempt.duration").Should().Equal("2 error.type=5xx", "2");
        recorder.Of("webhooks.delivery.duration").Should().Equal("304");
        recorder.Of("webhooks.delivery.completed").Should().Equal("1 webhooks.delivery.status=succeeded");
    }

    [Fact]
    public async Task A_publish_is_measured_with_its_outcome()
    {
        await using var host = await TestHost.StartAsync();
        using var recorder = new MeasurementRecorder(host);
        host.Store.Before = member =>
        {
            if (member == nameof(IMessageStore.AppendAsync))
            {
                host.Clock.Advance(TimeSpan.FromMilliseconds(40));
            }

            return Task.CompletedTask;
        };

        var twice = new PublishOptions { EventId = "1" };
        await host.Publisher.PublishAsync(
            [WebhookEvent.Create("order.created", 1, twice), WebhookEvent.Create("order.created", 2), WebhookEvent.Create("order.created", 3, twice)]);
        await host.Publisher.Invoking(publisher => publisher.PublishAsync("no.such.type", 1)).Should().ThrowAsync<WebhookValidationException>();
        host.Store.Fail(nameof(IMessageStore.AppendAsync));
        await host.Invoking(h => h.PublishAsync()).Should().ThrowAsync<WebhookStoreException>();

        recorder.Of("webhooks.publish.duration").Should().Equal("0.04", "0 error.type=validation", "0 error.type=store");
        recorder.Of("webhooks.publish.messages").Should().Equal(
            "2 webhooks.publish.outcome=stored", "1 webhooks.publish.outcome=duplicate", "1 webhooks.publish.outcome=failed", "1 webhooks.publish.outcome=failed");
        recorder.Of("webhooks.append.batch_size").Should().Equal("3");
    }

    [Fact]
    public async Task What_waits_in_memory_and_the_lanes_that_it_waits_in_are_counted()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 2);
        using var recorder = new MeasurementRecorder(host);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync();
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(5);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 4);

        recorder.Ask("webhooks.queue.depth").Should().Be("6");
        recorder.Ask("webhooks.lane.count").Should().Be("2");

        gate.Open();
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        await host.StopAsync();

        recorder.Of("webhooks.outcome.batch_size").Sum(size => int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(10);
        recorder.Ask("webhooks.queue.depth").Should().Be("0");
        recorder.Ask("webhooks.lane.count").Should().Be("0");
    }

    [Fact]
    public async Task A_lost_lease_is_counted_and_its_outcome_is_not()
    {
        await using var host = await TestHost.StartAsync();
        using var recorder = new MeasurementRecorder(host);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        var endpoint = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Receiver.WhenAsync(receiver => receiver.Open == 1);
        await host.Endpoints.DeleteAsync(endpoint);

        gate.Open();
        await host.Logs.LoggedAsync(404);
        await host.StopAsync();

        recorder.Of("webhooks.lease.lost").Should().Equal("1");
        recorder.Of("webhooks.delivery.completed").Should().BeEmpty();
    }

    [Fact]
    public async Task The_age_of_the_oldest_due_delivery_is_the_stores_and_asked_for_only_by_who_reads_it()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false);
        await host.AddEndpointAsync();
        using var recorder = new MeasurementRecorder(host);
        recorder.Ask("webhooks.store.oldest_due_age").Should().Be("0");
        await host.PublishAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(90));

        host.Store.CallsOf(nameof(IDeliveryStore.FindOldestDueAsync)).Should().Be(1);
        recorder.Ask("webhooks.store.oldest_due_age").Should().Be("90");
        host.Store.CallsOf(nameof(IDeliveryStore.FindOldestDueAsync)).Should().Be(2);
    }

    [Fact]
    public async Task A_store_that_takes_a_while_answers_the_next_reading()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(7));
        using var recorder = new MeasurementRecorder(host);
        var first = new Gate();
        var second = new Gate();
        host.Store.Before = member => member == nameof(IDeliveryStore.FindOldestDueAsync)
            ? (host.Store.CallsOf(member) == 1 ? first : second).PassAsync()
            : Task.CompletedTask;

        recorder.Ask("webhooks.store.oldest_due_age").Should().BeNull();
        recorder.Ask("webhooks.store.oldest_due_age").Should().BeNull();
        host.Store.CallsOf(nameof(IDeliveryStore.FindOldestDueAsync)).Should().Be(1, "one question at a time is enough");

        first.Open();
        await AnsweredAsync(recorder).InTimeAsync();
        second.Open();

        static async Task AnsweredAsync(MeasurementRecorder recorder)
        {
            string? age;
            while ((age = recorder.Ask("webhooks.store.oldest_due_age")) is null)
            {
                await Task.Yield();
            }

            age.Should().Be("7");
        }
    }

    [Fact]
    public async Task A_store_that_fails_says_nothing_of_the_oldest_due()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false);
        using var recorder = new MeasurementRecorder(host);

        var back = host.Store.Fail(nameof(IDeliveryStore.FindOldestDueAsync));
        recorder.Ask("webhooks.store.oldest_due_age").Should().BeNull();

        back();
        recorder.Ask("webhooks.store.oldest_due_age").Should().Be("0");
    }
}
