using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Tests.Shop;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>A context that has a host's orders and its webhooks.</summary>
internal sealed class OrderContext(DbContextOptions<OrderContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.Id).HasColumnName("id").ValueGeneratedNever();
        });
        modelBuilder.AddWebhooks();
    }
}
