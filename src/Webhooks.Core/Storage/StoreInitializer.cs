using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Catalog;
using Webhooks.Diagnostics;
using Webhooks.Operations;
using Webhooks.Storage.InMemory;

namespace Webhooks.Storage;

/// <summary>
/// Checks the catalog and makes the store ready before any of the host's services starts, so that one that cannot be used stops the host.
/// </summary>
internal sealed class StoreInitializer(
    IWebhookStore store, CatalogChecks catalogChecks, HandlerEndpoints handlers, ILogger<StoreInitializer> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        catalogChecks.Run();
        await store.InitializeAsync(cancellationToken).ConfigureAwait(false);
        await handlers.EnsureAsync(cancellationToken).ConfigureAwait(false);
        if (store is InMemoryWebhookStore)
        {
            logger.StoreIsInMemory();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
