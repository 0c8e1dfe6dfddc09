using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Erasure;

namespace Webhooks.Crash.Host;

/// <summary>Erases a tenant.</summary>
internal static class Erasing
{
    public static async Task RunAsync(string database, string tenantId)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseSqlite($"Data Source={database}")
            .Configure(options => options.Dispatcher.Enabled = false));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("erasing");
        var erasure = await host.Services.GetRequiredService<IWebhookEraser>().EraseTenantAsync(tenantId);
        Console.WriteLine($"erased {erasure.Erased.Total}, remaining {erasure.Remaining.Total}");
        await host.StopAsync();
    }
}
