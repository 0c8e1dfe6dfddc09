using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Webhooks.Crash.Tests;

/// <summary>A receiver on a real socket that outlives the senders and remembers every event that it accepted.</summary>
internal sealed class RecordingReceiver : IAsyncDisposable
{
    /// <summary>So that some deliveries wait for a retry when their sender is killed.</summary>
    private const int EveryNthFails = 10;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _accepted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private int _requests;

    private RecordingReceiver(WebApplication app) => _app = app;

    /// <summary>The event ids, each with how often it came.</summary>
    public IReadOnlyDictionary<string, int> Accepted => _accepted;

    /// <summary>The event ids, accepted and refused, each with how often it came.</summary>
    public IReadOnlyDictionary<string, int> Seen => _seen;

    public string Url => _app.Urls.Single();

    public static async Task<RecordingReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new RecordingReceiver(app);
        app.MapPost("/", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var payload = await JsonDocument.ParseAsync(request.Body);
        var eventId = payload.RootElement.GetProperty("data").GetProperty("eventId").GetString()!;
        _seen.AddOrUpdate(eventId, 1, (_, count) => count + 1);
        if (Interlocked.Increment(ref _requests) % EveryNthFails == 0)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        _accepted.AddOrUpdate(eventId, 1, (_, count) => count + 1);
        return Results.Ok();
    }
}
