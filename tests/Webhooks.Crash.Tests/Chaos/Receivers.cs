using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Webhooks.Signing;

namespace Webhooks.Crash.Tests.Chaos;

/// <summary>The receivers of all endpoints, on a real socket. They outlive the senders and remember every request.</summary>
internal sealed class Receivers : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Receipt> _receipts = new();
    private readonly ConcurrentDictionary<(string SubscriberId, string MessageId), int> _requests = new();

    private Receivers(WebApplication app) => _app = app;

    public IReadOnlyCollection<Receipt> Receipts => _receipts;

    public static async Task<Receivers> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receivers = new Receivers(app);
        foreach (var subscriber in Subscriber.All)
        {
            app.MapPost($"/{subscriber.Id}", request => receivers.ReceiveAsync(subscriber, request));
        }

        await app.StartAsync();
        return receivers;
    }

    public string UrlOf(Subscriber subscriber) => $"{_app.Urls.Single()}/{subscriber.Id}";

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(Subscriber subscriber, HttpContext context)
    {
        var receivedAt = TimeProvider.System.GetUtcNow();
        using var payload = await JsonDocument.ParseAsync(context.Request.Body);
        var number = int.Parse(
            payload.RootElement.GetProperty("data").GetProperty("eventId").GetString()!, CultureInfo.InvariantCulture);
        var messageId = context.Request.Headers[StandardWebhooksHeaders.Id].ToString();
        var count = _requests.AddOrUpdate((subscriber.Id, messageId), 1, (_, before) => before + 1);
        var isAccepted = count > subscriber.Failures;
        var sentAt = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(context.Request.Headers[StandardWebhooksHeaders.Timestamp].ToString(), CultureInfo.InvariantCulture));
        _receipts.Enqueue(
            new Receipt(subscriber, number, context.Request.Headers.UserAgent.ToString(), sentAt, receivedAt, isAccepted));
        await Task.Delay(subscriber.AnswersAfter, TimeProvider.System);
        context.Response.StatusCode = isAccepted ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable;
    }
}

/// <summary>A request that came to a receiver.</summary>
internal sealed record Receipt(Subscriber Subscriber, int Number, string Instance, DateTimeOffset SentAt, DateTimeOffset At, bool IsAccepted);
