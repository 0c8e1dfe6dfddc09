using Microsoft.EntityFrameworkCore;

namespace Webhooks.Crash.Host.Shop;

/// <summary>Orders beside the webhooks that tell of them.</summary>
internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<ShopOrder>(order =>
    {
        order.ToTable("shop_orders");
        order.HasKey(o => o.Id);
        order.Property(o => o.Id).HasColumnName("id");
        order.Property(o => o.Saves).HasColumnName("saves");
    });
}
