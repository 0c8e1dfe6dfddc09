using BenchmarkDotNet.Attributes;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Benchmarks;

/// <summary>What the scheduler takes for one delivery, and how that grows with the endpoints that have some waiting.</summary>
[MemoryDiagnoser]
public class LaneBenchmarks
{
    private readonly CircuitBreakerOptions _breaker = new();
    private LaneScheduler _lanes = null!;
    private LeasedDelivery[] _deliveries = [];
    private int _next;

    [Params(1, 100, 10_000)]
    public int Endpoints { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _deliveries = [.. Enumerable.Range(0, Endpoints).Select(CreateDelivery)];
        _lanes = new LaneScheduler(new DispatcherOptions { Capacity = 100_000 }, static () => { }, static () => { }, TimeProvider.System);
        foreach (var delivery in _deliveries)
        {
            _lanes.Reserve(1, share: 2);
            _lanes.Enqueue(delivery, isHeld: false);
        }
    }

    [Benchmark]
    public void OneDelivery()
    {
        _lanes.Reserve(1, share: 2);
        _lanes.Enqueue(_deliveries[_next], isHeld: false);
        _next = (_next + 1) % _deliveries.Length;
        if (_lanes.TryStart(out var lane, out var delivery) && _lanes.Admit(lane, delivery, new LaneLimits(MaxConcurrency: 10), out _) == AdmitResult.Admitted)
        {
            _lanes.Finish(lane, default, _breaker);
            _lanes.Free(1);
        }
    }

    [Benchmark]
    public int LanesThatWantHeld() => _lanes.LanesThatWantHeld().Count;

    private static LeasedDelivery CreateDelivery(int endpoint) => new()
    {
        Id = "dlv_0",
        EndpointId = $"ep_{endpoint}",
        EndpointVersion = 1,
        AttemptNumber = 1,
        LeaseUntil = DateTimeOffset.UnixEpoch,
        Message = new WebhookMessage
        {
            Id = "msg_0",
            TenantId = "acme",
            EventType = OrderPaid.EventType,
            Payload = default,
            Timestamp = DateTimeOffset.UnixEpoch,
            CreatedAt = DateTimeOffset.UnixEpoch,
        },
    };
}
