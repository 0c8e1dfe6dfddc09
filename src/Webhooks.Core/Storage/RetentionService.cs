using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;

namespace Webhooks.Storage;

/// <summary>
/// Removes old messages, payloads, attempts, replays and rate limits and expired secrets, a bounded number at a time. Runs where deliveries are dispatched.
/// </summary>
internal sealed class RetentionService(
    IStoreMaintenance store,
    IReplayStore replays,
    IEndpointStore endpoints,
    EndpointEditor editor,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    ILogger<RetentionService> logger)
    : BackgroundService
{
    private const int BatchSize = 1_000;

    /// <summary>More than the clocks of instances differ: a line that one of them still reserves from must not be removed.</summary>
    private static readonly TimeSpan RateAge = TimeSpan.FromHours(1);

    private readonly RetentionOptions _options = options.Value.Retention;

    /// <summary>It runs from the start of the host, not from whenever the pool begins to execute this.</summary>
    private readonly PeriodicTimer _timer = new(options.Value.Retention.Interval, timeProvider);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Dispatcher.Enabled)
        {
            return;
        }

        while (await _timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await PruneAsync(stoppingToken).ConfigureAwait(false);
                await PrunePayloadsAsync(stoppingToken).ConfigureAwait(false);
                await PruneReplaysAsync(stoppingToken).ConfigureAwait(false);
                await PruneRatesAsync(stoppingToken).ConfigureAwait(false);
                await RemoveExpiredSecretsAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.PruneFailed(exception);
            }
        }
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetNow();
        var request = new PruneRequest(now - _options.Messages, now - _options.Attempts, BatchSize);
        var total = 0;
        int removed;
        do
        {
            removed = await store.PruneAsync(request, cancellationToken).ConfigureAwait(false);
            total += removed;
        }
        while (removed > 0);

        if (total > 0)
        {
            logger.Pruned(total);
        }
    }

    private async Task PruneReplaysAsync(CancellationToken cancellationToken)
    {
        var before = timeProvider.GetNow() - _options.Messages;
        while (await replays.PruneReplaysAsync(before, BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
        {
        }
    }

    private async Task PrunePayloadsAsync(CancellationToken cancellationToken)
    {
        var request = new PayloadPruneRequest(timeProvider.GetNow(), _options.Interval, BatchSize);
        while (await store.PrunePayloadsAsync(request, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private async Task PruneRatesAsync(CancellationToken cancellationToken)
    {
        var before = timeProvider.GetNow() - RateAge;
        while (await store.PruneRatesAsync(before, BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
        {
        }
    }

    private async Task RemoveExpiredSecretsAsync(CancellationToken cancellationToken)
    {
        int removed;
        do
        {
            removed = 0;
            foreach (var key in await endpoints.FindExpiredSecretsAsync(timeProvider.GetNow(), BatchSize, cancellationToken)
                .ConfigureAwait(false))
            {
                try
                {
                    await editor.RewriteAsync(key, cancellationToken).ConfigureAwait(false);
                    removed++;
                }
                catch (WebhookNotFoundException)
                {
                    // Deleted since it was found.
                }
                catch (WebhookSecretProtectionException exception)
                {
                    logger.ExpiredSecretsStay(key.EndpointId, key.TenantId, exception);
                }
            }
        }
        while (removed == BatchSize);
    }
}
