using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;
using Webhooks.Testing;

namespace Webhooks.Sqlite.Tests;

public sealed class ReplayRestartTests : IDisposable
{
    private const int Failed = 50;

    private readonly TempDirectory _directory = new();
    private readonly FakeClock _clock = new(A.Now);
    private readonly ConcurrentQueue<string> _received = [];
    private volatile bool _isDown = true;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_replay_goes_on_after_a_restart_between_two_batches_and_sends_each_delivery_once()
    {
        string jobId;
        using (var first = await StartAsync())
        {
            await first.Services.GetRequiredService<IWebhookEndpoints>().CreateAsync(
                new EndpointSettings { Url = "https://receiver.test/", EventTypes = ["*"] });
            await first.Services.GetRequiredService<IWebhookPublisher>().PublishAsync(
                [.. Enumerable.Range(0, Failed).Select(number => WebhookEvent.Create("order.paid", number))]);
            await UntilAsync(async () => await CountAsync(first, DeliveryStatus.Failed) == Failed);
            _received.Clear();
            _isDown = false;
            jobId = (await Replay(first).StartAsync(new ReplayRequest())).Id;
            await UntilAsync(async () => await CountAsync(first, DeliveryStatus.Succeeded) == 10);
            await first.StopAsync();
        }

        using var second = await StartAsync();
        (await Replay(second).GetAsync(jobId))!.Should().Match<ReplayJob>(
            job => job.Status == ReplayStatus.Active && job.ReplayedCount == 10, "that is how far it was committed");
        await UntilAsync(async () =>
        {
            if (await CountAsync(second, DeliveryStatus.Pending) == 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
            }

            return (await Replay(second).GetAsync(jobId))!.Status == ReplayStatus.Completed;
        });
        await UntilAsync(async () => await CountAsync(second, DeliveryStatus.Succeeded) == Failed);
        await second.StopAsync();

        (await Replay(second).GetAsync(jobId))!.ReplayedCount.Should().Be(Failed);
        _received.Should().OnlyHaveUniqueItems().And.HaveCount(Failed);
    }

    private static IWebhookReplay Replay(IHost host) => host.Services.GetRequiredService<IWebhookReplay>();

    private static async Task<int> CountAsync(IHost host, DeliveryStatus status) =>
        (await host.Services.GetRequiredService<IWebhookLog>().ListDeliveriesAsync(new DeliveryQuery { Status = status, Limit = 250 })).Items.Count;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseSqlite($"Data Source={_directory.File()}")
            .AddEventType("order.paid")
            .Configure(options =>
            {
                options.Retry.Delays = [TimeSpan.Zero];
                options.CircuitBreaker.Enabled = false;
                options.Replay.BatchSize = 10;
            })
            .ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => new Handler(this))));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private sealed class Handler(ReplayRestartTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._received.Enqueue(request.Headers.GetValues("webhook-id").Single());
            return Task.FromResult(new HttpResponseMessage(test._isDown ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        }
    }
}
