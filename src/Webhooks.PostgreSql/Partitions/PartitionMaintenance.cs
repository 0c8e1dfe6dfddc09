using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Webhooks.PostgreSql.Partitions;

/// <summary>Makes partitions ahead of time, so that no publisher has to. One instance does it at a time.</summary>
internal sealed class PartitionMaintenance(
    PostgreSqlWebhookStore store, TimeProvider timeProvider, ILogger<PartitionMaintenance> logger) : BackgroundService
{
    /// <summary>The least number of partitions, and the least time, that is kept ahead.</summary>
    private const int PartitionsAhead = 3;

    private static readonly TimeSpan TimeAhead = TimeSpan.FromDays(7);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await MakeAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            await MakeAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.MakePartitionsAsync(Times(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // There are some ahead, and whoever finds none makes one.
            logger.MaintenanceFailed(exception);
        }
    }

    private IEnumerable<DateTimeOffset> Times()
    {
        var now = timeProvider.GetUtcNow();
        var length = store.Database.Options.PartitionLength;
        var end = now + (TimeAhead > length * PartitionsAhead ? TimeAhead : length * PartitionsAhead);
        for (var time = now; time <= end; time += length)
        {
            yield return time;
        }
    }
}
