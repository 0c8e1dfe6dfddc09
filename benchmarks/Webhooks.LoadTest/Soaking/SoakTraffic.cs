using System.Collections.Concurrent;
using System.Globalization;
using Webhooks.LoadTest.Sending;
using Webhooks.Publishing;

namespace Webhooks.LoadTest.Soaking;

/// <summary>
/// A steady, mixed traffic: most messages go to one endpoint, some to five, some to one that never succeeds, and some have an
/// event id.
/// </summary>
internal sealed class SoakTraffic(SendingHost host)
{
    public const int PerSecond = 250;

    private const int MaxPublishing = 500;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<SentMessage> _sent = [];
    private int _publishing;

    public long Messages { get; private set; }

    public long EventIds { get; private set; }

    /// <summary>Deliveries to the endpoint that never succeeds.</summary>
    public long Failing { get; private set; }

    /// <summary>Deliveries to all endpoints, of what was taken.</summary>
    public long Deliveries { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        List<Task> tasks = [];
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var due = PerSecond * TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            while (Messages < due && Volatile.Read(ref _publishing) < MaxPublishing)
            {
                var number = (int)Messages++;
                Interlocked.Increment(ref _publishing);
                tasks.Add(PublishAsync(number));
            }

            tasks.RemoveAll(static task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(tasks);
    }

    /// <summary>What was sent since the last time and should arrive.</summary>
    public IReadOnlyList<SentMessage> Take()
    {
        List<SentMessage> taken = [];
        while (_sent.TryDequeue(out var message))
        {
            Deliveries += message.Copies;
            taken.Add(message);
        }

        return taken;
    }

    private async Task PublishAsync(int number)
    {
        var tenant = (number % 50) switch
        {
            0 => SoakEndpoints.FailingTenant,
            1 or 2 => SoakEndpoints.SharedTenant,
            _ => host.Tenants[number % host.Tenants.Count].TenantId,
        };
        var eventId = number % 10 == 3 ? number.ToString(CultureInfo.InvariantCulture) : null;
        EventIds += eventId is null ? 0 : 1;
        var isFailing = tenant == SoakEndpoints.FailingTenant;
        Failing += isFailing ? 1 : 0;
        var message = await host.PublishAsync(number, new PublishOptions { TenantId = tenant, EventId = eventId });
        if (!isFailing)
        {
            _sent.Enqueue(message);
        }

        Interlocked.Decrement(ref _publishing);
    }
}
