using Microsoft.EntityFrameworkCore;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>A context that has nothing but webhooks.</summary>
internal sealed class StoreContext(DbContextOptions<StoreContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddWebhooks();
}
