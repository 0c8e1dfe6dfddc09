using Microsoft.EntityFrameworkCore;
using Shop.Orders;

namespace Shop;

/// <summary>The shop's own tables.</summary>
internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Merchant> Merchants => Set<Merchant>();

    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Merchant>().ToTable("merchants").HasData(
            new Merchant { Id = "bakery", Name = "The bakery" },
            new Merchant { Id = "florist", Name = "The florist" });
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.Status).HasConversion<string>();
            order.HasOne<Merchant>().WithMany().HasForeignKey(o => o.MerchantId);

            // Of two that change an order at a time, one finds that it came too late.
            order.Property<uint>("Version").IsRowVersion();
        });
    }
}
