using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Webhooks.Crash.Host.Shop;

/// <summary>Saves orders with their events from several callers until it is killed, and says which were saved.</summary>
internal static class ShopDesk
{
    private const int Callers = 8;

    public static async Task RunAsync(string connectionString, string prefix)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(connectionString)
            .AddEventType<Numbered>("numbered")
            .Configure(options => options.Dispatcher.Enabled = false));
        builder.Services.AddPooledDbContextFactory<ShopContext>(options => options
            .UseNpgsql(connectionString, npgsql => npgsql.EnableRetryOnFailure())
            .UseWebhooks());
        using var host = builder.Build();
        await host.StartAsync();

        // Whoever started this process holds its standard input open: when that process ends, so does this one.
        _ = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            Environment.Exit(3);
        });
        var contexts = host.Services.GetRequiredService<IDbContextFactory<ShopContext>>();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => SellAsync(contexts, $"{prefix}-{caller}")));
    }

    private static async Task SellAsync(IDbContextFactory<ShopContext> contexts, string prefix)
    {
        for (var i = 0; ; i++)
        {
            await using var context = await contexts.CreateDbContextAsync();
            var order = new ShopOrder { Id = $"{prefix}-{i}" };
            context.Add(order);
            if (i % 3 == 0)
            {
                await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
                {
                    await using var transaction = await context.Database.BeginTransactionAsync();
                    await SaveAsync(context, order);
                    await SaveAsync(context, order);
                    await (i % 2 == 0 ? transaction.CommitAsync() : transaction.RollbackAsync());
                });
            }
            else
            {
                await SaveAsync(context, order);
            }

            if (i % 3 != 0 || i % 2 == 0)
            {
                Console.WriteLine($"saved {order.Id}");
            }
        }
    }

    private static Task<int> SaveAsync(ShopContext context, ShopOrder order)
    {
        order.Saves++;
        context.PublishWebhook(new Numbered(order.Id));
        return context.SaveChangesAsync();
    }
}
