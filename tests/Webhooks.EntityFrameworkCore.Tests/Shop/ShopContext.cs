using Microsoft.EntityFrameworkCore;

namespace Webhooks.EntityFrameworkCore.Tests.Shop;

internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    /// <summary>Adds an order and publishes that it was paid.</summary>
    /// <returns>The id of the message.</returns>
    public string Pay(int id)
    {
        Orders.Add(new Order { Id = id });
        return this.PublishWebhook("order.paid", new { Id = id });
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>(order =>
    {
        order.ToTable("orders");
        order.Property(o => o.Id).HasColumnName("id").ValueGeneratedNever();
        order.Property(o => o.Status).HasColumnName("status");
    });
}
