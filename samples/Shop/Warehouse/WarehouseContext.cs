using Microsoft.EntityFrameworkCore;

namespace Warehouse;

/// <summary>The warehouse's own database.</summary>
internal sealed class WarehouseContext(DbContextOptions<WarehouseContext> options) : DbContext(options)
{
    public DbSet<HandledMessage> Messages => Set<HandledMessage>();

    public DbSet<Parcel> Parcels => Set<Parcel>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<HandledMessage>().ToTable("handled_messages").HasKey(message => new { message.Merchant, message.Id });
        modelBuilder.Entity<Parcel>().ToTable("parcels").HasKey(parcel => parcel.OrderId);
    }
}
