using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Hostile;

/// <summary>
/// Receivers that mean harm, on real sockets: each attempt ends, with a class that says what happened, and others are served.
/// </summary>
public sealed class HostileReceiverTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    private static readonly Dictionary<string, (Func<HostileReceiver.Connection, Task> Script, AttemptError Expected)> Kinds = new()
    {
        ["headers without end"] = (async it =>
        {
            await it.SendAsync(Ok);
            await it.SendForeverAsync("X-Header: value\r\n");
        }, AttemptError.InvalidResponse),
        ["headers of one letter without end"] = (async it =>
        {
            await it.SendAsync(Ok);
            await it.SendForeverAsync("a:\r\n");
        }, AttemptError.InvalidResponse),
        ["a header line without end"] = (async it =>
        {
            await it.SendAsync(Ok + "X-Header: ");
            await it.SendForeverAsync("value");
        }, AttemptError.InvalidResponse),
        ["a status line without end"] = (it => it.SendForeverAsync("HTTP/1.1 200 OK "), AttemptError.InvalidResponse),
        ["a chunk extension without end"] = (async it =>
        {
            await it.SendAsync(Ok + "Transfer-Encoding: chunked\r\n\r\n1;");
            await it.SendForeverAsync("extension");

            // .NET ends it by an exception without a class, as if the connection had broken.
        }, AttemptError.Connection),
        ["trailers without end"] = (async it =>
        {
            await it.SendAsync(Ok + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n");
            await it.SendForeverAsync("X-Trailer: value\r\n");
        }, AttemptError.InvalidResponse),
        ["a body without end"] = (async it =>
        {
            await it.SendAsync(Ok + "\r\n");
            await it.SendForeverAsync("body");
        }, AttemptError.None),
        ["chunks without end"] = (async it =>
        {
            await it.SendAsync(Ok + "Transfer-Encoding: chunked\r\n\r\n");
            await it.SendForeverAsync("4\r\nbody\r\n");
        }, AttemptError.None),
        ["a body of less than it says"] = (it => it.SendAsync(Ok + "Content-Length: 1000000000000\r\n\r\nshort"), AttemptError.Connection),
        ["interim responses without end"] = (it => it.SendForeverAsync("HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n"), AttemptError.InvalidResponse),
        ["100 Continue without end"] = (it => it.SendForeverAsync("HTTP/1.1 100 Continue\r\n\r\n"), AttemptError.InvalidResponse),
        ["another protocol, without end"] = (async it =>
        {
            await it.SendAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
            await it.SendForeverAsync("frames");
        }, AttemptError.Status),
        ["no answer"] = (it => it.HangAsync(), AttemptError.Timeout),
        ["half a status line"] = (async it =>
        {
            await it.SendAsync("HTT");
            await it.HangAsync();
        }, AttemptError.Timeout),
        ["half of the headers"] = (async it =>
        {
            await it.SendAsync(Ok + "X-Header: val");
            await it.HangAsync();
        }, AttemptError.Timeout),
        ["half of the body"] = (async it =>
        {
            await it.SendAsync(Ok + "Content-Length: 100\r\n\r\nhalf");
            await it.HangAsync();
        }, AttemptError.Timeout),
        ["a close after the request"] = (_ => Task.CompletedTask, AttemptError.Connection),
        ["a reset before the answer"] = (it =>
        {
            it.Reset();
            return Task.CompletedTask;
        }, AttemptError.Connection),
        ["a reset within the answer"] = (async it =>
        {
            await it.SendAsync(Ok + "Content-Length: 100\r\n\r\nhalf");
            it.Reset();
        }, AttemptError.Connection),
        ["a status code of five digits"] = (it => it.SendAsync("HTTP/1.1 20000 OK\r\n\r\n"), AttemptError.InvalidResponse),
        ["a status code with a sign"] = (it => it.SendAsync("HTTP/1.1 -20 OK\r\n\r\n"), AttemptError.InvalidResponse),
        ["a status line of another protocol"] = (it => it.SendAsync("SSH-2.0-OpenSSH_9.2\r\n"), AttemptError.InvalidResponse),
        ["nothing but nulls"] = (it => it.SendForeverAsync("\0\0\0\0"), AttemptError.InvalidResponse),
        ["a chunk of negative length"] = (it => it.SendAsync(Ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"), AttemptError.InvalidResponse),
        ["a chunk longer than any"] = (
            it => it.SendAsync(Ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n"), AttemptError.InvalidResponse),
    };

    public static TheoryData<string> Names => new(Kinds.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_attempt_ends_as_what_it_is_and_others_are_not_disturbed(string kind)
    {
        var (script, expected) = Kinds[kind];
        await using var hostile = new HostileReceiver(script);
        await using var good = await SocketReceiver.StartAsync(_ => Task.CompletedTask);
        await using var host = await TestHost.StartAsync(network: true);
        var hostileId = await host.AddEndpointAsync(TestHost.Settings(hostile.Url.AbsoluteUri));
        var goodId = await host.AddEndpointAsync(TestHost.Settings(good.Url.AbsoluteUri));

        await host.PublishAsync();

        if (expected == AttemptError.Timeout)
        {
            await hostile.ReadyAsync();
            await host.WhenDeliveriesAsync(all => Of(all, goodId).Status == DeliveryStatus.Succeeded);
            Of(await host.DeliveriesAsync(), hostileId).AttemptCount.Should().Be(0);
            host.Clock.Advance(TimeSpan.FromSeconds(15));
        }

        await host.WhenDeliveriesAsync(all => Of(all, hostileId).AttemptCount == 1 && Of(all, goodId).Status == DeliveryStatus.Succeeded);
        var delivery = Of(await host.DeliveriesAsync(), hostileId);
        var attempt = (await host.Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = delivery.Id })).Items.Single();
        attempt.Error.Should().Be(expected, attempt.ErrorMessage);
        attempt.ResponseExcerpt.Length.Should().BeLessThanOrEqualTo(16 * 1024);
        hostile.Accepted.Should().Be(1);
    }

    [Fact]
    public async Task A_compressed_body_stays_as_it_came()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[10_000_000]);
        }

        var bomb = compressed.ToArray();
        await using var hostile = new HostileReceiver(async it =>
        {
            await it.SendAsync($"{Ok}Content-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await it.SendAsync(bomb);
        });

        var attempt = await AttemptAsync(hostile);

        attempt.IsSuccess.Should().BeTrue();
        attempt.ResponseExcerpt.ToArray().Should().Equal(bomb.Take(16 * 1024));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_leads_nowhere(int status)
    {
        await using var inside = new HostileReceiver(it => it.SendAsync(Ok + "Content-Length: 0\r\n\r\n"));
        await using var hostile = new HostileReceiver(it => it.SendAsync(
            $"HTTP/1.1 {status} Elsewhere\r\nLocation: {inside.Url}latest/meta-data\r\nContent-Length: 0\r\n\r\n"));

        (await AttemptAsync(hostile)).Should().BeEquivalentTo(new { StatusCode = status, Error = AttemptError.Status });

        inside.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        var requests = new ConcurrentQueue<string>();
        await using var receiver = await SocketReceiver.StartAsync(context =>
        {
            requests.Enqueue(context.Request.Headers.Cookie.ToString());
            context.Response.Headers.SetCookie = "id=stranger";
            return Task.CompletedTask;
        });
        await using var host = await TestHost.StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings(receiver.Url.AbsoluteUri));

        for (var sent = 1; sent <= 2; sent++)
        {
            await host.PublishAsync();
            await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == sent);
        }

        requests.Should().Equal("", "");
    }

    [Fact]
    public async Task What_a_service_that_is_no_receiver_says_is_not_kept()
    {
        await using var hostile = new HostileReceiver(it => it.SendAsync("-ERR internal-redis-banner\r\n"));

        var attempt = await AttemptAsync(hostile);

        attempt.Error.Should().Be(AttemptError.InvalidResponse);
        attempt.ErrorMessage.Should().Be("What came back is not an HTTP response.");
        Encoding.UTF8.GetString(attempt.ResponseExcerpt.Span).Should().BeEmpty();
    }

    [Fact]
    public async Task A_tls_handshake_that_never_ends_is_given_up_at_the_deadline()
    {
        await using var hostile = new HostileReceiver(it => it.HangAsync());
        await using var host = await TestHost.StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings(new UriBuilder(hostile.Url) { Scheme = "https" }.Uri.AbsoluteUri));
        await host.PublishAsync();
        await hostile.ReadyAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(15));

        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().Be(AttemptError.Timeout);
    }

    private static WebhookDelivery Of(IReadOnlyList<WebhookDelivery> deliveries, string endpointId) =>
        deliveries.Single(delivery => delivery.EndpointId == endpointId);

    private static async Task<DeliveryAttempt> AttemptAsync(HostileReceiver receiver)
    {
        await using var host = await TestHost.StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings(receiver.Url.AbsoluteUri));
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        return (await host.AttemptsAsync()).Single();
    }
}
