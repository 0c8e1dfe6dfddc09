using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Webhooks.LoadTest.Receiving;

/// <summary>A receiver as customers have them: a web server, with nothing in it but what the receiver does.</summary>
internal sealed class WebServer : IReceiverServer
{
    private const int MaxHeaderLength = 256;
    private const int MaxBodyLength = 64 * 1024;

    private readonly WebApplication _application;
    private readonly Receiver _receiver;

    private WebServer(WebApplication application, Receiver receiver) => (_application, _receiver) = (application, receiver);

    public int Port => new Uri(_application.Urls.First()).Port;

    public static async Task<WebServer> StartAsync(Receiver receiver)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var server = new WebServer(builder.Build(), receiver);
        server._application.Run(server.AnswerAsync);
        await server._application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var reading = await context.Request.BodyReader.ReadAtLeastAsync(
            (int)Math.Min(context.Request.ContentLength ?? 0, MaxBodyLength), context.RequestAborted);
        var status = Accept(context.Request, reading.Buffer.IsSingleSegment ? reading.Buffer.FirstSpan : reading.Buffer.ToArray());
        context.Request.BodyReader.AdvanceTo(reading.Buffer.End);
        if (status == Receiver.NoAnswer)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        if (status == ReceiverLimit.Status)
        {
            context.Response.Headers.RetryAfter = "1";
        }
    }

    private int Accept(HttpRequest request, ReadOnlySpan<byte> body)
    {
        Span<byte> text = stackalloc byte[MaxHeaderLength * 4];
        scoped var received = new ReceivedRequest { Body = body };
        received.ReadPath(Write(request.Path.Value, text[..MaxHeaderLength]));
        received.Id = Write(request.Headers["webhook-id"], text.Slice(MaxHeaderLength, MaxHeaderLength));
        received.Timestamp = Write(request.Headers["webhook-timestamp"], text.Slice(MaxHeaderLength * 2, MaxHeaderLength));
        received.Signature = Write(request.Headers["webhook-signature"], text[(MaxHeaderLength * 3)..]);
        return _receiver.Accept(received);
    }

    private static ReadOnlySpan<byte> Write(string? value, Span<byte> text) => text[..Encoding.ASCII.GetBytes(value ?? "", text)];
}
