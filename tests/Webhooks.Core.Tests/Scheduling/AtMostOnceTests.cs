using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Diagnostics;
using Webhooks.Core.Tests.Engine;
using Webhooks.Core.Tests.Operations;
using Webhooks.Dispatching;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Scheduling;

public sealed class AtMostOnceTests
{
    [Theory]
    [InlineData(HttpStatusCode.OK, DeliveryStatus.Succeeded)]
    [InlineData(HttpStatusCode.ServiceUnavailable, DeliveryStatus.Failed)]
    public async Task There_is_one_attempt_and_no_retry(HttpStatusCode answer, DeliveryStatus status)
    {
        await using var host = await StartAsync();
        host.Receiver.AnswerWith(answer);
        await host.AddEndpointAsync();
        var result = await PublishAsync(host);

        (await host.DeliveryAsync(status)).AttemptCount.Should().Be(1);
        host.Receiver.Requests.Should().ContainSingle();
        (await host.Log.GetMessageAsync(result.MessageId))!.IsAtMostOnce.Should().BeTrue();
    }

    [Fact]
    public async Task A_refused_connection_is_not_tried_twice()
    {
        await using var host = await StartAsync();
        host.Receiver.Answer = (_, _) => throw new HttpRequestException(
            HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused));
        await host.AddEndpointAsync();
        await PublishAsync(host);

        (await host.DeliveryAsync(DeliveryStatus.Failed)).LastError.Should().Be(AttemptError.Connection);
        host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_request_that_a_stop_breaks_off_is_not_sent_by_the_next_host()
    {
        await using var host = await StartAsync(concurrency: 1);
        host.Receiver.AnswerAfter(new Gate());
        await host.AddEndpointAsync();
        var begun = await PublishAsync(host);
        await host.Receiver.ReceivedAsync(1);
        var waiting = await PublishAsync(host);

        await Task.WhenAny(host.StopAsync(new CancellationToken(canceled: true))).InTimeAsync();

        await using var next = await StartAsync(like: host);
        await next.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status != DeliveryStatus.Pending));
        var deliveries = await next.DeliveriesAsync();
        var broken = deliveries.Single(delivery => delivery.MessageId == begun.MessageId);
        (broken.Status, broken.LastError, broken.AttemptCount).Should().Be((DeliveryStatus.Failed, AttemptError.Interrupted, 1));
        next.Receiver.Requests.Should().ContainSingle().Which.MessageId.Should().Be(waiting.MessageId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_lost_host_may_have_sent_fails_visibly_and_is_not_sent_again(bool isOrdered)
    {
        await using var lost = await LoseAsync(isOrdered);
        var events = new EventRecorder();
        await using var next = CreateNext(lost, events);
        using var measurements = new MeasurementRecorder(next);
        await next.StartAsync();
        next.Clock.Advance(TimeSpan.FromMinutes(2));

        await next.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status != DeliveryStatus.Pending));
        await next.WhenHandledAsync();
        await next.StopAsync();

        var ended = (await next.DeliveriesAsync()).Single(delivery => delivery.EventType == "code.sent");
        (ended.Status, ended.LastError, ended.AttemptCount).Should().Be((DeliveryStatus.Failed, AttemptError.Interrupted, 1));
        (await next.Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = ended.Id })).Items.Should().BeEmpty("nobody knows of one");
        next.Receiver.Requests.Should().ContainSingle("what stood behind it follows").Which.MessageId.Should().NotBe(ended.MessageId);
        var told = events.Events.Select(static told => told.Data).OfType<DeliveryExhausted>().Should().ContainSingle().Subject;
        (told.DeliveryId, told.Error, told.AttemptNumber).Should().Be((ended.Id, AttemptError.Interrupted, 1));
        measurements.Of("webhooks.delivery.completed").Should().ContainSingle(static counted => counted == "1 webhooks.delivery.status=failed");
        measurements.Of("webhooks.lease.lost").Should().BeEmpty();
        next.Logs.WithId(416).Should().ContainSingle().Which.Message.Should().Contain(ended.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_stops_before_it_has_recorded_the_end_does_not_give_it_back(bool isOrdered)
    {
        await using var lost = await LoseAsync(isOrdered);
        await using var next = CreateNext(lost);
        next.Store.Fail(nameof(IDeliveryStore.CompleteAsync));
        await next.StartAsync();
        next.Clock.Advance(TimeSpan.FromMinutes(2));
        await next.Logs.LoggedAsync(402);
        await next.StopAsync();

        await using var last = CreateNext(lost);
        await last.StartAsync();
        last.Clock.Advance(TimeSpan.FromMinutes(5));

        await last.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status != DeliveryStatus.Pending));
        await last.Logs.LoggedAsync(416);
        last.Logs.WithId(416).Should().ContainSingle();
        next.Receiver.Requests.Concat(last.Receiver.Requests).Should().OnlyContain(static request => !request.Text.Contains("code.sent"));
    }

    [Fact]
    public async Task An_outcome_that_is_recorded_late_counts_while_its_process_has_the_delivery()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync();
        var store = new Gate();
        host.Store.Before = call => call == nameof(IDeliveryStore.CompleteAsync) ? store.PassAsync() : Task.CompletedTask;
        await PublishAsync(host);
        await host.Receiver.ReceivedAsync(1);
        var claims = host.Store.CallsOf(nameof(IDeliveryStore.ClaimAsync));
        host.Clock.Advance(TimeSpan.FromMinutes(3));
        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf(nameof(IDeliveryStore.ClaimAsync)) > claims);

        store.Open();

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await host.Logs.LoggedAsync(404);
        host.Receiver.Requests.Should().ContainSingle();
        host.Logs.WithId(416).Should().BeEmpty();
    }

    [Fact]
    public async Task What_waits_in_memory_until_its_lease_ends_was_not_sent_and_is_sent_later()
    {
        await using var host = await StartAsync(concurrency: 1, timeout: TimeSpan.FromSeconds(60));
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);
        await PublishAsync(host);
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf("ReleaseAsync") > 0);

        gate.Open();

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_handler_that_refuses_before_anything_was_sent_puts_it_off()
    {
        var refusals = 0;
        await using var host = await StartAsync(webhooks => webhooks
            .ConfigureHttpClient(client => client.AddHttpMessageHandler(() => new Refusing(() => refusals++ == 0, isBefore: true)))
            .DeferOn<NotSupportedException>(static _ => TimeSpan.FromMinutes(7)));
        await host.AddEndpointAsync();
        await PublishAsync(host);
        await host.DeliveryAsync(delivery => delivery.NextAttemptAt == TestHost.Noon.AddMinutes(7));

        host.Clock.Advance(TimeSpan.FromMinutes(7));

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_handler_that_refuses_after_it_was_sent_ends_it()
    {
        await using var host = await StartAsync(webhooks => webhooks
            .ConfigureHttpClient(client => client.AddHttpMessageHandler(() => new Refusing(static () => true, isBefore: false)))
            .DeferOn<NotSupportedException>(static _ => TimeSpan.FromMinutes(7)));
        await host.AddEndpointAsync();
        await PublishAsync(host);

        (await host.DeliveryAsync(DeliveryStatus.Failed)).AttemptCount.Should().Be(1);
        host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Sending_it_again_is_one_more_request()
    {
        await using var host = await StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.ServiceUnavailable);
        await host.AddEndpointAsync();
        await PublishAsync(host);
        var failed = await host.DeliveryAsync(DeliveryStatus.Failed);

        await host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(failed.Id);

        await host.DeliveryAsync(delivery => delivery is { AttemptCount: 2, Status: DeliveryStatus.Failed });
        host.Receiver.Requests.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pooled_connection_that_breaks_under_the_request_does_not_make_it_come_twice(bool hasRead)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var bodies = 0;
        var serving = ServeAsync(listener, () => Interlocked.Increment(ref bodies), hasRead);
        await using var host = await StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings($"http://{listener.LocalEndpoint}/"));
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        await PublishAsync(host);

        await host.WhenDeliveriesAsync(all => all.Count == 2 && all.All(delivery => delivery.Status != DeliveryStatus.Pending));
        bodies.Should().Be(hasRead ? 2 : 1, "the second request came once at most");
        listener.Stop();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_handler_that_tries_again_cannot_send_it_twice()
    {
        var bodies = 0;
        await using var receiver = await SocketReceiver.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await reader.ReadToEndAsync();
            Interlocked.Increment(ref bodies);
            context.Response.StatusCode = 503;
        });
        await using var host = await StartAsync(
            webhooks => webhooks.ConfigureHttpClient(client => client.AddHttpMessageHandler(static () => new Twice())), network: true);
        await host.AddEndpointAsync(TestHost.Settings(receiver.Url.ToString()));

        await PublishAsync(host);

        (await host.DeliveryAsync(DeliveryStatus.Failed)).LastError.Should().Be(AttemptError.Internal);
        (await host.AttemptsAsync()).Single().ErrorMessage.Should().Contain("sent at most once");
        bodies.Should().Be(1);
    }

    /// <summary>
    /// Starts a host that sends an event that is sent at most once, has another wait behind it, and then does not reach its store any more.
    /// </summary>
    private static async Task<TestHost> LoseAsync(bool isOrdered)
    {
        var lost = await StartAsync(concurrency: 1);
        lost.Receiver.AnswerAfter(new Gate());
        await lost.AddEndpointAsync(TestHost.Settings() with { IsOrdered = isOrdered });
        await PublishAsync(lost);
        await lost.Receiver.ReceivedAsync(1);
        await lost.PublishAsync();
        lost.Store.Before = static _ => Task.FromException(new WebhookStoreException("The process has died."));
        return lost;
    }

    /// <summary>Makes a host with the store of one that is lost.</summary>
    private static TestHost CreateNext(TestHost lost, EventRecorder? events = null) => TestHost.Create(
        webhooks =>
        {
            webhooks.AddEventType("code.sent", static type => type.AtMostOnce());
            if (events is not null)
            {
                webhooks.AddOperationalEventHandler<RecordingHandler>();
                webhooks.Services.AddSingleton(events);
            }
        },
        store: new StoreProbe(lost.Store.Inner));

    private static Task<TestHost> StartAsync(
        Action<IWebhooksBuilder>? configure = null,
        TestHost? like = null,
        int concurrency = 16,
        TimeSpan? timeout = null,
        bool network = false) =>
        TestHost.StartAsync(
            webhooks =>
            {
                webhooks.AddEventType("code.sent", static type => type.AtMostOnce());
                webhooks.Configure(options =>
                {
                    options.Dispatcher.MaxConcurrencyPerEndpoint = concurrency;
                    options.Dispatcher.AttemptTimeout = timeout ?? TimeSpan.FromSeconds(15);
                });
                configure?.Invoke(webhooks);
            },
            like,
            network: network);

    private static Task<PublishResult> PublishAsync(TestHost host) =>
        host.Publisher.PublishAsync("code.sent", new { code = 7 }).InTimeAsync();

    /// <summary>Answers the first request of the first connection, and breaks the connection under the second.</summary>
    private static async Task ServeAsync(TcpListener listener, Action received, bool hasRead)
    {
        for (var connections = 0; ; connections++)
        {
            using var client = await listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await ReadRequestAsync(stream);
            received();
            if (connections == 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                if (hasRead)
                {
                    await ReadRequestAsync(stream);
                    received();
                }
                else
                {
                    await stream.ReadExactlyAsync(new byte[1]);
                }

                client.Client.LingerState = new LingerOption(enable: true, 0);
            }
        }
    }

    private static async Task ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[65536];
        while (!text.ToString().EndsWith('}'))
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    private sealed class Refusing(Func<bool> isRefused, bool isBefore) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var refuses = isRefused();
            if (refuses && isBefore)
            {
                throw new NotSupportedException();
            }

            var response = await base.SendAsync(request, cancellationToken);
            return refuses ? throw new NotSupportedException() : response;
        }
    }

    private sealed class Twice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
