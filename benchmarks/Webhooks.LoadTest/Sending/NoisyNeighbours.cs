using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Scenarios;
using Webhooks.Publishing;

namespace Webhooks.LoadTest.Sending;

/// <summary>
/// Three endpoints that are a burden: one never answers, one answers 500, and one has a rate limit of five requests a second and a
/// backlog. Its receiver refuses what is more with 429, and its deliveries are stubborn: a limit that is not kept is a burden.
/// </summary>
internal sealed class NoisyNeighbours
{
    private const string TenantPrefix = "noisy-";
    private const string HangingTenant = TenantPrefix + "hanging";
    private const string FailingTenant = TenantPrefix + "failing";
    private const string LimitedTenant = TenantPrefix + "limited";
    private const int ServerError = 500;
    private const int BacklogPublishers = 64;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly SendingHost _host;
    private readonly IReadOnlyList<WebhookEndpoint> _endpoints;
    private readonly Dictionary<string, List<SentMessage>> _sent;
    private readonly List<Arrival> _arrivals = [];
    private int _number;

    private NoisyNeighbours(SendingHost host, IReadOnlyList<WebhookEndpoint> endpoints)
    {
        _host = host;
        _endpoints = endpoints;
        _sent = endpoints.ToDictionary(static endpoint => endpoint.TenantId, static _ => new List<SentMessage>(), StringComparer.Ordinal);
    }

    /// <summary>Creates them.</summary>
    /// <param name="host">Who sends to them.</param>
    /// <param name="receiver">What they are.</param>
    /// <param name="firstTarget">The first target that is free.</param>
    /// <param name="retryDelay">How long the limited endpoint's deliveries wait for their next try.</param>
    public static async Task<NoisyNeighbours> CreateAsync(
        SendingHost host, ReceiverProcess receiver, int firstTarget, TimeSpan retryDelay)
    {
        var stubborn = new RetrySchedule([.. Enumerable.Repeat(retryDelay, RetrySchedule.MaxRetries)]);
        return new NoisyNeighbours(
            host,
            [
                await host.CreateEndpointAsync(receiver, receiver.Url(firstTarget, Receiver.NoAnswer), HangingTenant),
                await host.CreateEndpointAsync(receiver, receiver.Url(firstTarget + 1, ServerError), FailingTenant),
                await host.CreateEndpointAsync(receiver, receiver.Url(firstTarget + 2, ReceiverLimit.Status), LimitedTenant, stubborn, RateLimit.PerSecond(5)),
            ]);
    }

    public async Task EnableAsync()
    {
        foreach (var endpoint in _endpoints)
        {
            await _host.Endpoints.EnableAsync(endpoint.Id, endpoint.TenantId);
        }
    }

    public async Task DisableAsync()
    {
        foreach (var endpoint in _endpoints)
        {
            await _host.Endpoints.DisableAsync(endpoint.Id, tenantId: endpoint.TenantId);
        }
    }

    /// <summary>Publishes what the limited endpoint cannot take.</summary>
    public async Task AddBacklogAsync(int count) => await Task.WhenAll(Enumerable.Range(0, BacklogPublishers).Select(async publisher =>
    {
        for (var i = publisher; i < count; i += BacklogPublishers)
        {
            await PublishAsync(LimitedTenant);
        }
    }));

    /// <summary>Publishes to each of them at a rate while something else goes on.</summary>
    public async Task PublishWhileAsync(Task other, double perSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond), TimeProvider.System);
        while (!other.IsCompleted)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await Task.WhenAll(_sent.Keys.Select(PublishAsync));
        }
    }

    /// <summary>Takes what has arrived at the limited endpoint out of what has arrived.</summary>
    /// <returns>What has arrived at the others.</returns>
    public IReadOnlyList<Arrival> Separate(IReadOnlyList<Arrival> arrivals, int firstTarget)
    {
        _arrivals.AddRange(arrivals.Where(arrival => arrival.Target >= firstTarget));
        return [.. arrivals.Where(arrival => arrival.Target < firstTarget)];
    }

    /// <summary>Waits until something has arrived at the limited endpoint.</summary>
    /// <returns>How much arrived meanwhile at the others, who were sent nothing.</returns>
    public async Task<int> WhenLimitedWasServedAsync(ReceiverProcess receiver, int firstTarget, TimeSpan patience)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var started = TimeProvider.System.GetTimestamp();
        var others = 0;
        while (_arrivals.Count == 0 && TimeProvider.System.GetElapsedTime(started) < patience)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            others += Separate(await receiver.TakeAsync(), firstTarget).Count;
        }

        return others;
    }

    /// <summary>Each delivery to them must still be somewhere, and what was taken must be recorded as such.</summary>
    public async Task CheckAsync(ScenarioRun run)
    {
        var arrived = _arrivals.Select(static arrival => arrival.Id).ToHashSet(StringComparer.Ordinal);
        run.Check([.. _sent[LimitedTenant].Where(message => arrived.Contains(message.Id))], _arrivals);
        long unaccounted = 0;
        foreach (var (tenant, sent) in _sent)
        {
            var stored = 0;
            foreach (var status in new[] { DeliveryStatus.Pending, DeliveryStatus.Succeeded, DeliveryStatus.Failed })
            {
                var count = await _host.CountDeliveriesAsync(tenant, status);
                stored += count;
                if (status == DeliveryStatus.Succeeded)
                {
                    unaccounted += Math.Abs(count - (tenant == LimitedTenant ? arrived.Count : 0));
                }
            }

            unaccounted += Math.Abs(sent.Count - stored);
        }

        run.Check("unaccounted", unaccounted);
    }

    private async Task PublishAsync(string tenant)
    {
        var message = await _host.PublishAsync(Interlocked.Increment(ref _number), new PublishOptions { TenantId = tenant });
        var sent = _sent[tenant];
        lock (sent)
        {
            sent.Add(message);
        }
    }
}
