using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.Crash.Host;

/// <summary>Replays all that has failed, once: a process that finds the replay goes on with it.</summary>
internal static class Replaying
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(string database)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseSqlite($"Data Source={database}")
            .AddEventType<Numbered>("numbered")
            .Configure(options =>
            {
                options.AllowInsecureUrls = true;
                options.Addresses.AllowLoopback = true;
                options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(1);
                options.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(10);
                options.CircuitBreaker.Enabled = false;
                options.Retry.Delays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(200), 50)];
            }));
        using var host = builder.Build();
        await host.StartAsync();
        var replay = host.Services.GetRequiredService<IWebhookReplay>();
        if ((await replay.ListAsync(new ReplayQuery())).Items.Count == 0)
        {
            await replay.StartAsync(new ReplayRequest());
        }

        Console.WriteLine("replaying");
        var log = host.Services.GetRequiredService<IWebhookLog>();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        while ((await replay.ListAsync(new ReplayQuery())).Items.Any(static job => job.Status == ReplayStatus.Active)
            || (await log.ListDeliveriesAsync(new DeliveryQuery { Status = DeliveryStatus.Pending, Limit = 1 })).Items.Count > 0)
        {
            await timer.WaitForNextTickAsync();
        }

        foreach (var job in (await replay.ListAsync(new ReplayQuery())).Items)
        {
            Console.WriteLine($"{job.Status} replayed {job.ReplayedCount}, skipped {job.SkippedCount}");
        }

        Console.WriteLine("ended");
        await host.StopAsync();
    }
}
