using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Operations;

public sealed class HandlerTests
{
    private const int HandlerFailed = 413;

    [Fact]
    public async Task A_handler_that_throws_is_called_again_by_the_retry_schedule_and_the_log_says_why()
    {
        var recorder = new EventRecorder
        {
            Handle = static (happened, _) => happened.AttemptNumber < 3
                ? throw new InvalidOperationException("The pager is away.", new IOException("No route."))
                : Task.CompletedTask,
        };
        await using var host = await OperationsHost.StartAsync(recorder, options => options.Retry.Delays = [TimeSpan.Zero, TimeSpan.FromMinutes(5)]);
        await host.AddEndpointAsync();
        await host.WhenOperationalAsync(all => all is [{ AttemptCount: 2 }]);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await host.WhenHandledAsync();

        recorder.Events.Select(happened => happened.AttemptNumber).Should().Equal(1, 2, 3);
        recorder.Events.Select(happened => happened.Id).Distinct().Should().ContainSingle();
        var delivery = (await host.OperationalDeliveriesAsync()).Single();
        delivery.Should().BeEquivalentTo(new { EndpointId = OperationsHost.HandlerEndpoint, Status = DeliveryStatus.Succeeded, AttemptCount = 3 });
        (await host.OperationalAttemptsAsync(delivery)).Select(attempt => (attempt.Error, attempt.StatusCode, attempt.ErrorMessage)).Should().Equal(
            (AttemptError.Internal, null, "InvalidOperationException: The pager is away. (IOException: No route.)"),
            (AttemptError.Internal, null, "InvalidOperationException: The pager is away. (IOException: No route.)"),
            (AttemptError.None, null, null));
        host.Logs.WithId(HandlerFailed).Should().HaveCount(2)
            .And.OnlyContain(entry => entry.Level == LogLevel.Warning && entry.Exception is InvalidOperationException);
    }

    [Fact]
    public async Task What_a_handler_throws_is_kept_in_500_characters()
    {
        var recorder = new EventRecorder { Handle = static (_, _) => throw new InvalidOperationException(new string('x', 10_000)) };
        await using var host = await OperationsHost.StartAsync(recorder, options => options.Retry.Delays = []);
        await host.AddEndpointAsync();
        await host.WhenHandledAsync();

        var delivery = (await host.OperationalDeliveriesAsync()).Single();
        delivery.Status.Should().Be(DeliveryStatus.Failed);
        (await host.OperationalAttemptsAsync(delivery)).Single().ErrorMessage.Should().HaveLength(500);
    }

    [Fact]
    public async Task A_handler_that_throws_repeats_nothing_of_another()
    {
        var recorder = new EventRecorder { Handle = static (happened, _) => happened.AttemptNumber < 3 ? throw new IOException() : Task.CompletedTask };
        var others = new OtherHandler.Calls();
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks
                .AddOperationalEventHandler<RecordingHandler>()
                .AddOperationalEventHandler<OtherHandler>("billing")
                .Configure(options => options.Retry.Delays = [TimeSpan.Zero, TimeSpan.Zero]),
            services: services => services.AddSingleton(recorder).AddSingleton(others));
        await host.AddEndpointAsync();
        await host.WhenHandledAsync();

        recorder.Events.Should().HaveCount(3);
        others.Count.Should().Be(1);
        (await host.OperationalDeliveriesAsync()).Select(delivery => (delivery.EndpointId, delivery.AttemptCount))
            .Should().BeEquivalentTo([(OperationsHost.HandlerEndpoint, 3), ("handler_billing", 1)]);
    }

    [Fact]
    public async Task A_handler_that_hangs_loses_its_attempt_at_the_deadline_though_it_heeds_no_token()
    {
        var never = new TaskCompletionSource();
        var recorder = new EventRecorder { Handle = (_, _) => never.Task };
        await using var host = await OperationsHost.StartAsync(recorder, options => options.Retry.Delays = [TimeSpan.FromMinutes(1)]);
        await host.AddEndpointAsync();
        await recorder.HandledAsync(1);

        host.Clock.Advance(TimeSpan.FromSeconds(15));
        await host.WhenOperationalAsync(all => all is [{ AttemptCount: 1 }]);
        recorder.Handle = static (_, _) => Task.CompletedTask;
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.WhenHandledAsync();

        var delivery = (await host.OperationalDeliveriesAsync()).Single();
        (await host.OperationalAttemptsAsync(delivery)).Select(attempt => (attempt.Error, attempt.ErrorMessage)).Should().Equal(
            (AttemptError.Internal, "The handler did not end within 00:00:15."), (AttemptError.None, null));
        recorder.Handlers.Should().Be((2, 1), "one of them is under way still");
        never.SetResult();
        await recorder.WhenAsync(it => it.Handlers.Disposed == 2);
    }

    [Fact]
    public async Task Calls_that_never_end_are_bounded()
    {
        var never = new TaskCompletionSource();
        var recorder = new EventRecorder { Handle = (_, _) => never.Task };
        await using var host = await OperationsHost.StartAsync(recorder, options =>
        {
            options.Dispatcher.MaxConcurrencyPerEndpoint = 1;
            options.Retry.Delays = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)];
        });
        await host.AddEndpointAsync();
        await recorder.HandledAsync(1);
        host.Clock.Advance(TimeSpan.FromSeconds(15));
        await host.WhenOperationalAsync(all => all is [{ AttemptCount: 1 }]);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.WhenOperationalAsync(all => all is [{ AttemptCount: 2 }]);

        recorder.Events.Should().ContainSingle("it is not called again while it has not come back");
        (await host.OperationalDeliveriesAsync()).Single().LastError.Should().Be(AttemptError.Internal);
        recorder.Handle = static (_, _) => Task.CompletedTask;
        never.SetResult();
        await recorder.WhenAsync(it => it.Handlers.Disposed == 1);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.WhenHandledAsync();
        (await host.OperationalDeliveriesAsync()).Single().Status.Should().Be(DeliveryStatus.Succeeded);
    }

    [Fact]
    public async Task A_handler_that_cancels_itself_has_failed_and_is_called_again()
    {
        var recorder = new EventRecorder
        {
            Handle = static (happened, _) => happened.AttemptNumber == 1 ? throw new OperationCanceledException("Enough.") : Task.CompletedTask,
        };
        await using var host = await OperationsHost.StartAsync(recorder, options => options.Retry.Delays = [TimeSpan.Zero]);
        await host.AddEndpointAsync();
        await host.WhenHandledAsync();

        var delivery = (await host.OperationalDeliveriesAsync()).Single();
        (delivery.Status, delivery.AttemptCount).Should().Be((DeliveryStatus.Succeeded, 2));
        (await host.OperationalAttemptsAsync(delivery))[0].ErrorMessage.Should().Be("OperationCanceledException: Enough.");
    }

    [Fact]
    public async Task A_handler_that_fails_for_weeks_is_neither_stopped_nor_disabled()
    {
        var recorder = new EventRecorder { Handle = static (_, _) => throw new IOException() };
        await using var host = await OperationsHost.StartAsync(recorder, options =>
        {
            options.Retry.Delays = [TimeSpan.FromDays(10)];
            options.Retry.Jitter = 0;
        });
        for (var i = 0; i < 40; i++)
        {
            await host.AddEndpointAsync();
        }

        await host.WhenOperationalAsync(all => all.Count == 40 && all.All(delivery => delivery.AttemptCount == 1));
        host.Clock.Advance(TimeSpan.FromDays(10));
        await host.WhenHandledAsync();

        recorder.Events.Should().HaveCount(80);
        (await host.Endpoints.GetAsync(OperationsHost.HandlerEndpoint, WebhooksDefaults.OperationalTenantId))!.Should().BeEquivalentTo(
            new { Status = EndpointStatus.Enabled, PausedUntil = (DateTimeOffset?)null, FailingSince = (DateTimeOffset?)null });
    }

    [Fact]
    public async Task A_stop_breaks_a_handler_off_and_the_next_host_handles_the_event()
    {
        var hanging = new EventRecorder { Handle = static (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) };
        await using var host = await OperationsHost.StartAsync(hanging);
        await host.AddEndpointAsync();
        await hanging.HandledAsync(1);
        await Task.WhenAny(host.StopAsync(new CancellationToken(canceled: true))).InTimeAsync();

        var recorder = new EventRecorder();
        await using var next = await OperationsHost.StartAsync(recorder, like: host);
        await next.WhenHandledAsync();

        recorder.Events.Should().ContainSingle().Which.AttemptNumber.Should().Be(1, "what was broken off was no attempt");
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon, "nobody had to wait for a lease to end");
    }

    [Fact]
    public async Task An_event_that_no_host_was_there_to_handle_waits_for_one()
    {
        await using var host = await OperationsHost.StartAsync(new EventRecorder(), options => options.Dispatcher.Enabled = false);
        await host.AddEndpointAsync();
        await host.StopAsync();

        var recorder = new EventRecorder();
        await using var next = await OperationsHost.StartAsync(recorder, like: host);
        await next.WhenHandledAsync();

        recorder.Events.Should().ContainSingle();
    }

    [Fact]
    public async Task Each_attempt_has_a_handler_of_its_own_and_disposes_of_it()
    {
        var recorder = new EventRecorder { Handle = static (happened, _) => happened.AttemptNumber == 1 ? throw new IOException() : Task.CompletedTask };
        await using var host = await OperationsHost.StartAsync(recorder, options => options.Retry.Delays = [TimeSpan.Zero]);
        await host.AddEndpointAsync();
        await host.AddEndpointAsync();
        await host.WhenHandledAsync();

        recorder.Handlers.Should().Be((4, 4));
    }

    [Fact]
    public async Task A_process_without_the_handler_fails_the_attempt_and_says_what_to_do()
    {
        await using var host = await OperationsHost.StartAsync(new EventRecorder(), options => options.Dispatcher.Enabled = false);
        await host.AddEndpointAsync();
        await host.StopAsync();

        await using var other = await TestHost.StartAsync(
            webhooks => webhooks.AddOperationalEvents().Configure(options => options.Retry.Delays = []), host);
        await other.WhenHandledAsync();

        var delivery = (await other.OperationalDeliveriesAsync()).Single();
        delivery.Status.Should().Be(DeliveryStatus.Failed);
        (await other.OperationalAttemptsAsync(delivery)).Single().ErrorMessage
            .Should().Contain("no handler 'RecordingHandler'").And.Contain("AddOperationalEventHandler").And.Contain("delete its endpoint");
        other.Receiver.Count.Should().Be(0);
    }

    [Fact]
    public async Task A_handler_that_was_disabled_stays_so_when_a_host_starts()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder);
        await host.Endpoints.DisableAsync(OperationsHost.HandlerEndpoint, tenantId: WebhooksDefaults.OperationalTenantId);
        await using var second = await OperationsHost.StartAsync(recorder, like: host);
        await second.AddEndpointAsync();

        (await second.OperationalDeliveriesAsync()).Should().BeEmpty();
        (await second.Endpoints.ListAsync(new EndpointQuery { TenantId = WebhooksDefaults.OperationalTenantId })).Items.Should().ContainSingle();
    }

    [Fact]
    public async Task An_envelope_of_the_hosts_is_for_the_hosts_events()
    {
        var recorder = new EventRecorder();
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.AddOperationalEventHandler<RecordingHandler>(),
            services: services => services.AddSingleton(recorder).AddSingleton<IWebhookEnvelope, BareEnvelope>());
        await host.AddEndpointAsync();
        await host.WhenHandledAsync();

        recorder.Events.Single().Data.Should().BeOfType<EndpointCreated>();
    }

    [Theory]
    [InlineData("not a name")]
    [InlineData("")]
    public void A_handler_has_a_name_that_an_id_can_have(string name)
    {
        var add = () => new ServiceCollection().AddWebhooks(webhooks => webhooks.AddOperationalEventHandler<RecordingHandler>(name));

        add.Should().Throw<WebhookValidationException>();
    }

    [Fact]
    public async Task Two_handlers_of_one_name_stop_the_start()
    {
        var start = () => TestHost.StartAsync(
            webhooks => webhooks.AddOperationalEventHandler<RecordingHandler>("same").AddOperationalEventHandler<OtherHandler>("same"));

        (await start.Should().ThrowAsync<WebhookValidationException>()).Which.Message.Should().Contain("'same'");
    }

    internal sealed class OtherHandler(OtherHandler.Calls calls) : IOperationalEventHandler
    {
        public Task HandleAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken)
        {
            calls.Count++;
            return Task.CompletedTask;
        }

        internal sealed class Calls
        {
            public int Count { get; set; }
        }
    }

    private sealed class BareEnvelope : IWebhookEnvelope
    {
        public void Write(System.Text.Json.Utf8JsonWriter writer, WebhookEnvelopeContext context) => context.WriteData(writer);
    }
}
