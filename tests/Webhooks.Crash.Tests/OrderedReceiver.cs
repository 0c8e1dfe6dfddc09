using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

/// <summary>The receiver of an ordered endpoint, on a real socket: it outlives the senders and remembers every number in the order in which it came.</summary>
internal sealed class OrderedReceiver : IAsyncDisposable
{
    /// <summary>So that the line waits for a retry again and again.</summary>
    private const int EveryNthFails = 20;

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<(int Number, bool IsAccepted, string Sender)> _requests = [];

    private OrderedReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public IReadOnlyList<(int Number, bool IsAccepted, string Sender)> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public static async Task<OrderedReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OrderedReceiver(app);
        app.MapPost("/", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>What broke the order: a number after a later one, or a number after one that was never accepted.</summary>
    public IReadOnlyList<string> FindDisorder()
    {
        var disorder = new List<string>();
        var requests = Requests;
        for (var i = 1; i < requests.Count; i++)
        {
            var (before, after) = (requests[i - 1], requests[i]);
            if (after.Number < before.Number || (after.Number > before.Number && !before.IsAccepted))
            {
                disorder.Add($"{before} and then {after}");
            }
        }

        return disorder;
    }

    /// <summary>Every promised event has come, each in its turn.</summary>
    public void ShouldHaveKeptOrder(IEnumerable<int> promised, ITestOutputHelper output)
    {
        var requests = Requests;
        var accepted = requests.Where(request => request.IsAccepted).Select(request => request.Number).ToList();
        output.WriteLine(
            $"requests {requests.Count}, accepted {accepted.Count}, events {accepted.Distinct().Count()}, "
            + $"senders {requests.Select(request => request.Sender).Distinct().Count()}");

        FindDisorder().Should().BeEmpty("each comes when the one before it was accepted, and repeats are of the last one only");
        promised.Except(accepted).Should().BeEmpty("every promised event is delivered");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var payload = await JsonDocument.ParseAsync(request.Body);
        var number = int.Parse(
            payload.RootElement.GetProperty("data").GetProperty("eventId").GetString()!, CultureInfo.InvariantCulture);
        lock (_lock)
        {
            var isAccepted = (_requests.Count + 1) % EveryNthFails != 0;
            _requests.Add((number, isAccepted, request.Headers.UserAgent.ToString()));
            return isAccepted ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
