using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Webhooks.Publishing;

namespace Webhooks.Crash.Host;

/// <summary>
/// One of several instances on one PostgreSQL: dispatches until it is killed, and publishes the orders that stand on its input.
/// </summary>
internal static class Instance
{
    /// <summary>The exit code of an instance that found no database to start with.</summary>
    private const int NoDatabase = 4;

    private const int Desks = 16;

    public static async Task<int> RunAsync(string connectionString, string name)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(new LostLeases());
        builder.Services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(dataSource)
            .AddEventType(Order.Paid)
            .AddEventType(Order.Refunded)
            .Configure(options =>
            {
                options.AllowInsecureUrls = true;
                options.Addresses.AllowLoopback = true;
                options.UserAgent = name;
                options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(3);
                options.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(10);
                options.Dispatcher.CapacityPerEndpoint = 32;
                // Receivers here refuse first attempts on purpose, and the test waits for all deliveries.
                options.CircuitBreaker.Enabled = false;
                options.Retry.Delays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(200), 50)];
            }));
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch (WebhookStoreException)
        {
            return NoDatabase;
        }

        Console.WriteLine("ready");
        var desk = new OrderDesk(dataSource, host.Services.GetRequiredService<IWebhookPublisher>());
        var orders = Channel.CreateUnbounded<Order>();
        for (var i = 0; i < Desks; i++)
        {
            _ = RunDeskAsync(desk, orders.Reader);
        }

        // Whoever started this process holds its input open: when that process ends, so does this one.
        while (await Console.In.ReadLineAsync() is { } line)
        {
            orders.Writer.TryWrite(Order.Parse(line));
        }

        Environment.Exit(3);
        return 3;
    }

    private static async Task RunDeskAsync(OrderDesk desk, ChannelReader<Order> orders)
    {
        try
        {
            await foreach (var order in orders.ReadAllAsync())
            {
                await desk.HandleAsync(order);
            }
        }
        catch (Exception exception)
        {
            Environment.FailFast("An exception that publishers are not promised.", exception);
        }
    }
}
