using Microsoft.Extensions.Hosting;
using Webhooks.Publishing;

namespace QuickStart;

/// <summary>Plays 250 orders of three shops: four events each, published where they happen.</summary>
internal sealed class OrderSimulator(IWebhookPublisher webhooks, TimeProvider time) : BackgroundService
{
    public const int EventCount = OrderCount * 4;

    private const int OrderCount = 250;
    private const int OrdersAtATime = 16;

    private static readonly TimeSpan PauseBetweenSteps = TimeSpan.FromMilliseconds(75);

    private int _published;
    private int _alreadyPublished;
    private int _deliveries;

    /// <summary>Events that this run has published.</summary>
    public int Published => Volatile.Read(ref _published);

    /// <summary>Events that an earlier run of the same database had published before.</summary>
    public int AlreadyPublished => Volatile.Read(ref _alreadyPublished);

    /// <summary>To how many endpoints all these events go.</summary>
    public int Deliveries => Volatile.Read(ref _deliveries);

    public bool IsDone => ExecuteTask is { IsCompletedSuccessfully: true };

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        Enumerable.Range(1, OrderCount),
        new ParallelOptions { MaxDegreeOfParallelism = OrdersAtATime, CancellationToken = stoppingToken },
        async (number, cancellationToken) => await PlayAsync(number, cancellationToken));

    private async Task PlayAsync(int number, CancellationToken ct)
    {
        var shop = Shops.Tenants[number % Shops.Tenants.Count];
        var order = $"order-{number}";
        var amount = 10 + (number % 90) + 0.50m;

        await PublishAsync(shop, $"{order}-placed", new OrderPlaced(order, [new OrderLine("gift box", 1 + (number % 5))]), ct);
        await PublishAsync(shop, $"{order}-paid", new OrderPaid(order, amount, "EUR"), ct);
        await PublishAsync(shop, $"{order}-shipped", new OrderShipped(order, $"TRACK{number:D6}"), ct);
        if (number % 10 == 0)
        {
            await PublishAsync(shop, $"{order}-refunded", new OrderRefunded(order, amount, "arrived damaged"), ct);
        }
        else
        {
            var day = new DateOnly(2026, 1, 1 + (number % 28));
            await PublishAsync(shop, $"{order}-delivered", new OrderDelivered(order, day), ct);
        }
    }

    private async Task PublishAsync<T>(string shop, string eventId, T data, CancellationToken ct)
        where T : notnull
    {
        // When this returns, the event is on the disk and will reach every endpoint that subscribes to it. The event id makes
        // it safe to repeat: a run that was killed publishes everything again, and nothing is stored twice.
        var result = await webhooks.PublishAsync(data, new PublishOptions { TenantId = shop, EventId = eventId }, ct);

        Interlocked.Add(ref _deliveries, result.DeliveryCount);
        if (result.IsDuplicate)
        {
            Interlocked.Increment(ref _alreadyPublished);
            return;
        }

        Interlocked.Increment(ref _published);
        await Task.Delay(PauseBetweenSteps, time, ct);
    }
}
