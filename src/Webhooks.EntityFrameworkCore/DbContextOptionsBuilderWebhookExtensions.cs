using Microsoft.EntityFrameworkCore.Infrastructure;
using Webhooks.EntityFrameworkCore.UnitOfWork;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Lets a context publish webhooks.</summary>
public static class DbContextOptionsBuilderWebhookExtensions
{
    /// <summary>
    /// Lets contexts publish events with their changes: see <see cref="DbContextWebhookExtensions"/>. The webhooks are those that
    /// <c>AddWebhooks</c> has registered, and their store must be in the context's database.
    /// </summary>
    /// <param name="builder">The options of the context.</param>
    /// <param name="serviceProvider">
    /// The host's services; null for those that <c>AddDbContext</c>, <c>AddDbContextPool</c> and <c>AddDbContextFactory</c> give to their
    /// contexts. Only contexts that are made without these need it.
    /// </param>
    public static DbContextOptionsBuilder UseWebhooks(this DbContextOptionsBuilder builder, IServiceProvider? serviceProvider = null)
    {
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(new WebhooksOptionsExtension(serviceProvider));
        return builder;
    }

    /// <inheritdoc cref="UseWebhooks(DbContextOptionsBuilder, IServiceProvider?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseWebhooks<TContext>(
        this DbContextOptionsBuilder<TContext> builder, IServiceProvider? serviceProvider = null)
        where TContext : DbContext
    {
        ((DbContextOptionsBuilder)builder).UseWebhooks(serviceProvider);
        return builder;
    }
}
