using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks;
using Webhooks.EntityFrameworkCore.Store;
using Webhooks.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps webhooks where a context of EF Core keeps its entities.</summary>
public static class WebhooksBuilderEntityFrameworkCoreExtensions
{
    /// <summary>
    /// Keeps everything in the database of a context, in tables that <c>modelBuilder.AddWebhooks()</c> has put into its model. Any number
    /// of instances share it. It works on every relational provider, and is slower than a store that is made for one: where there is one, use
    /// that. It replaces the store that was registered before.
    /// </summary>
    /// <typeparam name="TContext">The context, registered with <c>AddDbContextFactory</c> or <c>AddPooledDbContextFactory</c>.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IWebhooksBuilder UseEntityFrameworkCore<TContext>(this IWebhooksBuilder builder)
        where TContext : DbContext
    {
        builder.Services.RemoveAll<IWebhookStore>();
        builder.Services.AddSingleton<IWebhookStore>(static provider =>
        {
            if (provider.GetService<IDbContextFactory<TContext>>() is not { } factory)
            {
                throw new InvalidOperationException(
                    $"Webhooks are to be stored through {typeof(TContext).Name}, and there is no factory for it. "
                    + $"Register it with AddDbContextFactory<{typeof(TContext).Name}>.");
            }

            var options = provider.GetService<DbContextOptions<TContext>>();
            return new EntityFrameworkStore(
                factory.CreateDbContext,
                options is null ? null : () => ActivatorUtilities.CreateInstance<TContext>(provider, options));
        });
        return builder;
    }
}
