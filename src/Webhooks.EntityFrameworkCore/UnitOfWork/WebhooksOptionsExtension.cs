using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.UnitOfWork;

/// <summary>What <c>UseWebhooks</c> adds to the options of a context: <see cref="NotedEvents"/> for each context.</summary>
internal sealed class WebhooksOptionsExtension(IServiceProvider? serviceProvider) : IDbContextOptionsExtension
{
    [field: AllowNull, MaybeNull]
    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    public void ApplyServices(IServiceCollection services)
    {
        services.AddScoped<NotedEvents>();
        services.AddScoped<IInterceptor>(static provider => provider.GetRequiredService<NotedEvents>());
        services.AddScoped<IResettableService>(static provider => provider.GetRequiredService<NotedEvents>());
#pragma warning disable EF1001 // See NotingChangeTracker.
        services.AddScoped<IChangeTrackerFactory, NotingChangeTrackerFactory>();
#pragma warning restore EF1001
    }

    public void Validate(IDbContextOptions options)
    {
    }

    /// <summary>Finds the host's publisher.</summary>
    /// <param name="options">The options of the context.</param>
    public IMessagePublisher GetPublisher(IDbContextOptions options)
    {
        var services = serviceProvider ?? options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider;
        if (services is null)
        {
            throw new InvalidOperationException(
                "The context knows no services of the host. Register it with AddDbContext, or pass them: UseWebhooks(serviceProvider).");
        }

        return (IMessagePublisher?)services.GetService(typeof(IMessagePublisher))
            ?? throw new InvalidOperationException("The host has no webhooks. Register them with services.AddWebhooks(…).");
    }

    private sealed class ExtensionInfo(IDbContextOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "using webhooks ";

        /// <summary>The services are the same for all contexts; what differs is read from their options.</summary>
        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["Webhooks"] = "1";
    }
}
