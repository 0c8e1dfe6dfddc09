using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Crash.Host;
using Webhooks.Crash.Host.Shop;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.Publishing;

if (args is ["instance", var connectionString, var name])
{
    return await Instance.RunAsync(connectionString, name);
}

if (args is ["shop", var shopDatabase, var shopPrefix])
{
    await ShopDesk.RunAsync(shopDatabase, shopPrefix);
    return 0;
}

if (args is ["replay", var replayedDatabase])
{
    await Replaying.RunAsync(replayedDatabase);
    return 0;
}

// In order: publishes numbers to an ordered endpoint, from the given one on.
var isOrdered = args is ["ordered", ..];
args = isOrdered ? args[1..] : args;

if (args is ["erase", var erasedDatabase, var tenantId])
{
    await Erasing.RunAsync(erasedDatabase, tenantId);
    return 0;
}

// With a prefix: publishes and dispatches until it is killed. Without: dispatches until nothing is pending.
if (args is not [var database, var receiverUrl, .. var rest] || rest is not ([] or [_]))
{
    Console.Error.WriteLine("Usage: Webhooks.Crash.Host <file or connection string> <receiver URL> [<prefix of event ids>]");
    Console.Error.WriteLine("       Webhooks.Crash.Host ordered <database> <receiver URL> [<first number>]");
    Console.Error.WriteLine("       Webhooks.Crash.Host instance <connection string> <name>");
    Console.Error.WriteLine("       Webhooks.Crash.Host shop <connection string> <prefix of order ids>");
    Console.Error.WriteLine("       Webhooks.Crash.Host replay <database>");
    Console.Error.WriteLine("       Webhooks.Crash.Host erase <database> <tenant>");
    return 2;
}

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddWebhooks(webhooks => (database.Contains('=') ? webhooks.UsePostgreSql(database) : webhooks.UseSqlite($"Data Source={database}"))
    .AddEventType<Numbered>("numbered")
    .AddEventType<Once>("once", type => type.AtMostOnce())
    .Configure(options =>
    {
        options.AllowInsecureUrls = true;
        options.Addresses.AllowLoopback = true;
        options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(1);
        options.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(10);
        // Receivers here refuse first attempts on purpose, and the test waits for all deliveries.
        options.CircuitBreaker.Enabled = false;
        options.Retry.Delays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(200), 50)];
    })
    .AddOperationalEventHandler<Exhausted>());
using var host = builder.Build();
await host.StartAsync();

var endpoints = host.Services.GetRequiredService<IWebhookEndpoints>();
if (await endpoints.GetAsync(Drain.EndpointId) is null)
{
    await endpoints.CreateAsync(
        new EndpointSettings { Url = receiverUrl, EventTypes = ["*"], IsOrdered = isOrdered },
        new CreateEndpointOptions { EndpointId = Drain.EndpointId });
}

if (await endpoints.GetAsync(Drain.DeadEndpointId) is null)
{
    await endpoints.CreateAsync(
        new EndpointSettings
        {
            Url = receiverUrl + "/nobody-is-here",
            EventTypes = ["*"],
            RetrySchedule = new RetrySchedule(TimeSpan.FromMilliseconds(50)),
        },
        new CreateEndpointOptions { EndpointId = Drain.DeadEndpointId });
}

// Whoever started this process holds its standard input open: when that process ends, so does this one.
_ = Task.Run(async () =>
{
    await Console.In.ReadToEndAsync();
    Environment.Exit(3);
});

var publisher = host.Services.GetRequiredService<IWebhookPublisher>();
await (rest switch
{
    [var first] when isOrdered => Publishing.CountAsync(publisher, int.Parse(first, CultureInfo.InvariantCulture)),
    [var prefix] => Publishing.RunAsync(publisher, prefix),
    _ => Drain.RunAsync(host.Services.GetRequiredService<IWebhookLog>()),
});
await host.StopAsync();
return 0;
