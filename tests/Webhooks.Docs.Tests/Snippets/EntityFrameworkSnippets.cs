using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Publishing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/entity-framework.md and of the package's README.</summary>
internal static class EntityFrameworkSnippets
{
    public static void Register(HostApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(connectionString)
            .AddEventType<OrderPaid>("order.paid"));

        builder.Services.AddDbContext<ShopContext>(options => options
            .UseNpgsql(connectionString)
            .UseWebhooks());
    }

    public static void RegisterStore(HostApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddDbContextFactory<StoreContext>(options => options
            .UseNpgsql(connectionString)
            .UseWebhooks());

        builder.Services.AddWebhooks(webhooks => webhooks
            .UseEntityFrameworkCore<StoreContext>()
            .AddEventType<OrderPaid>("order.paid"));
    }

    public static async Task RetryAsync(ShopContext shop, Order order, CancellationToken ct)
    {
        await shop.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            shop.ChangeTracker.Clear(); // the rows and events of the try before
            await using var transaction = await shop.Database.BeginTransactionAsync(ct);
            shop.Payments.Add(new Payment { OrderId = order.Id, Amount = order.Total });
            shop.PublishWebhook(new OrderPaid(order.Id, order.Total), new PublishOptions { EventId = $"order-paid-{order.Id}" });
            await shop.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        });
    }
}

public sealed class Payment
{
    public int Id { get; init; }

    public required string OrderId { get; init; }

    public required decimal Amount { get; init; }
}

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Payment> Payments => Set<Payment>();
}

public sealed class StoreContext(DbContextOptions<StoreContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddWebhooks(schema: "webhooks", tablePrefix: "webhook_");
    }
}

public sealed class Till(ShopContext shop)
{
    public async Task PayAsync(Order order, CancellationToken ct)
    {
        shop.Payments.Add(new Payment { OrderId = order.Id, Amount = order.Total });
        shop.PublishWebhook(new OrderPaid(order.Id, order.Total), new PublishOptions { TenantId = order.MerchantId });

        await shop.SaveChangesAsync(ct);
    }
}

public sealed class PublishesOrders : SaveChangesInterceptor
{
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        foreach (var entry in eventData.Context!.ChangeTracker.Entries<Payment>().Where(entry => entry.State == EntityState.Added))
        {
            eventData.Context.PublishWebhook(new OrderPaid(entry.Entity.OrderId, entry.Entity.Amount));
        }

        return ValueTask.FromResult(result);
    }
}
