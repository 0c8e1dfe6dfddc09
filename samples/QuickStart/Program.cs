using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QuickStart;

if (args is not ([] or ["--keep"]))
{
    Console.Error.WriteLine("""
        Usage: dotnet run --project samples/QuickStart [-- --keep]

          --keep  Keep the database, quickstart.db in the current folder. A run that was killed is finished by the next.
        """);
    return 2;
}

using var database = new Database(keep: args is ["--keep"]);
await using var server = await ReceiverServer.StartAsync(Shops.CreateReceivers());

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddSingleton(server).AddSingleton<DeliveryLog>().AddSingleton<Progress>().AddSingleton<Report>();

// Hosted services start in this order: first the endpoints, then the dispatcher, then the orders.
builder.Services.AddSingleton<EndpointSetup>().AddHostedService(services => services.GetRequiredService<EndpointSetup>());
builder.Services.AddWebhooks(webhooks => webhooks
    .UseSqlite($"Data Source={database.Path}")
    .AddEventType<OrderPlaced>("order.placed", type => type.WithDescription("A customer placed an order."))
    .AddEventType<OrderPaid>("order.paid", type => type.WithDescription("An order was paid in full."))
    .AddEventType<OrderShipped>("order.shipped", type => type.WithDescription("An order left the shop."))
    .AddEventType<OrderDelivered>("order.delivered", type => type.WithDescription("An order reached its customer."))
    .AddEventType<OrderRefunded>("order.refunded", type => type.WithDescription("An order was paid back."))
    .Configure(options =>
    {
        // For one machine and a few seconds. The defaults are for the internet: https only, public addresses only, 15 s
        // for an attempt, breaks of 30 s to 1 h for an endpoint that fails, and retries over three days.
        options.AllowInsecureUrls = true;
        options.Addresses.AllowLoopback = true;
        options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(1);
        options.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(10);
        options.CircuitBreaker.BreakDuration = options.CircuitBreaker.MaxBreakDuration = TimeSpan.FromSeconds(1);
        options.Retry.Delays = [.. new[] { 200, 400, 800, 1000, 1000 }.Select(wait => TimeSpan.FromMilliseconds(wait))];
    }));
builder.Services.AddSingleton<OrderSimulator>().AddHostedService(services => services.GetRequiredService<OrderSimulator>());

Console.WriteLine($"Database: {database.Path}{(database.IsKept ? "" : " (deleted at the end; --keep keeps it)")}");
using var host = builder.Build();
await host.StartAsync();

var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
var isStopped = !await host.Services.GetRequiredService<Progress>().ShowUntilDoneAsync(stopping);
var isRight = !isStopped && await host.Services.GetRequiredService<Report>().PrintAsync();
await host.StopAsync();

Console.WriteLine(NextSteps.Describe(database, isStopped));
return isRight ? 0 : 1;
