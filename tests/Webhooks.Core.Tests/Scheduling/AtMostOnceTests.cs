using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Replay;

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

    [Fact]
    public async Task What_a_lost_host_may_have_sent_fails_and_is_not_sent_again()
    {
        await using var lost = await StartAsync();
        await lost.AddEndpointAsync();
        var store = new Gate();
        lost.Store.Before = call => call == "CompleteAsync" ? store.PassAsync() : Task.CompletedTask;
        await PublishAsync(lost);
        await lost.Receiver.ReceivedAsync(1);

        lost.Clock.Advance(TimeSpan.FromMinutes(3));

        var ended = await lost.DeliveryAsync(DeliveryStatus.Failed);
        (ended.LastError, ended.AttemptCount).Should().Be((AttemptError.Interrupted, 1));
        store.Open();
        await lost.Store.Changed.WhenAsync(() => lost.Store.CallsOf("CompleteAsync") > 0);
        (await lost.DeliveriesAsync()).Single().Should().Be(ended);
        lost.Receiver.Requests.Should().ContainSingle();
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
