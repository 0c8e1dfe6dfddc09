using BenchmarkDotNet.Attributes;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Sqlite;
using Webhooks.Storage;

namespace Webhooks.Benchmarks;

/// <summary>The three writes that a delivery takes part in, with as many of them in one commit as there are at the same time.</summary>
[MemoryDiagnoser]
public class SqliteBenchmarks
{
    private const string Owner = "benchmark";
    private const string Tenant = "acme";

    private static readonly byte[] Payload = [.. Enumerable.Repeat((byte)'x', 512)];

    private readonly WebhookIdGenerator _ids = new();
    private DirectoryInfo _folder = null!;
    private SqliteWebhookStore _store = null!;
    private IReadOnlyList<WebhookMessage> _messages = [];
    private IReadOnlyList<DeliveryOutcome> _outcomes = [];

    [Params(1, 100, 500)]
    public int Batch { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("webhooks-benchmark-");
        _store = Open(Path.Combine(_folder.FullName, "webhooks.db"));
        await _store.InitializeAsync(CancellationToken.None);
        await _store.InsertEndpointAsync(CreateEndpoint(), CancellationToken.None);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }

    [IterationSetup(Target = nameof(Append))]
    public void CreateMessages() => _messages = [.. Enumerable.Range(0, Batch).Select(_ => CreateMessage())];

    [IterationSetup(Target = nameof(Claim))]
    public void StoreDue()
    {
        CreateMessages();
        _store.AppendAsync(_messages, leases: null, CancellationToken.None).GetAwaiter().GetResult();
    }

    [IterationSetup(Target = nameof(Complete))]
    public void StoreLeased()
    {
        CreateMessages();
        var results = _store.AppendAsync(_messages, Lease(), CancellationToken.None).GetAwaiter().GetResult();
        _outcomes = [.. results.SelectMany(static result => result.Leased).Select(Succeed)];
    }

    [Benchmark(Baseline = true)]
    public Task<IReadOnlyList<AppendResult>> Append() => _store.AppendAsync(_messages, Lease(), CancellationToken.None);

    [Benchmark]
    public Task<ClaimResult> Claim()
    {
        var now = TimeProvider.System.GetUtcNow();
        return _store.ClaimAsync(new ClaimRequest(Owner, now, now.AddMinutes(1), Batch), CancellationToken.None);
    }

    [Benchmark]
    public Task<IReadOnlyList<bool>> Complete() => _store.CompleteAsync(Owner, _outcomes, CancellationToken.None);

    private static SqliteWebhookStore Open(string file) =>
        new(new SqliteStoreOptions { ConnectionString = $"Data Source={file}" });

    private LeaseGrant Lease() => new(Owner, TimeProvider.System.GetUtcNow().AddMinutes(1), Batch);

    private WebhookMessage CreateMessage()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new WebhookMessage
        {
            Id = _ids.Create(WebhookIdGenerator.MessagePrefix, now),
            TenantId = Tenant,
            EventType = OrderPaid.EventType,
            Payload = Payload,
            Timestamp = now,
            CreatedAt = now,
        };
    }

    private DeliveryOutcome Succeed(LeasedDelivery lease)
    {
        var now = TimeProvider.System.GetUtcNow();
        var attempt = new DeliveryAttempt
        {
            Id = _ids.Create(WebhookIdGenerator.AttemptPrefix, now),
            TenantId = Tenant,
            DeliveryId = lease.Id,
            Number = lease.AttemptNumber,
            StartedAt = now,
            Duration = TimeSpan.FromMilliseconds(12),
            StatusCode = 200,
        };
        return new DeliveryOutcome(attempt, DeliveryStatus.Succeeded, RetryAt: null);
    }

    private StoredEndpoint CreateEndpoint()
    {
        var now = TimeProvider.System.GetUtcNow();
        var endpoint = new WebhookEndpoint
        {
            Id = _ids.Create(WebhookIdGenerator.EndpointPrefix, now),
            TenantId = Tenant,
            Settings = new EndpointSettings { Url = "https://example.com/hooks", EventTypes = [OrderPaid.EventType] },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        return new StoredEndpoint(endpoint, "{}");
    }
}
