using Webhooks.Dispatching;
using Webhooks.LoadTest.Sending;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Filling;

/// <summary>
/// Fills a store in bulk by the calls that the engine itself makes, so that the rows, and the state that tables and indexes
/// are left in, are the engine's own.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="tenants">Whose messages they are, in turns. Each has one endpoint.</param>
/// <param name="payloadBytes">How large their payloads are.</param>
internal sealed class StoreFiller(IWebhookStore store, IReadOnlyList<string> tenants, int payloadBytes)
{
    private const string Owner = "filler";
    private const int BatchSize = 1_000;
    private const int Writers = 3;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AttemptDuration = TimeSpan.FromMilliseconds(20);

    private readonly WebhookIdGenerator _ids = new();
    private readonly byte[] _payload = [.. Enumerable.Repeat((byte)'x', payloadBytes)];

    /// <summary>Adds deliveries that nobody has attempted: due, or held where the endpoint is paused.</summary>
    public Task AddNewAsync(int count) => AddAsync(count, AppendAsync);

    /// <summary>Adds deliveries that were attempted once and wait for a retry in the next day.</summary>
    public Task AddFailedAsync(int count) => AddAsync(count, number => AttemptAsync(number, static delivery => Outcome(
        delivery, 503, DeliveryStatus.Pending, delivery.Message.CreatedAt + TimeSpan.FromMinutes(Random.Shared.Next(60, 1440)))));

    /// <summary>Adds deliveries that have succeeded.</summary>
    public Task AddSucceededAsync(int count) => AddAsync(count, number => AttemptAsync(number, static delivery => Outcome(
        delivery, 200, DeliveryStatus.Succeeded, retryAt: null)));

    private static DeliveryOutcome Outcome(LeasedDelivery delivery, int statusCode, DeliveryStatus status, DateTimeOffset? retryAt) => new(
        new DeliveryAttempt
        {
            Id = WebhookIdGenerator.AttemptPrefix + delivery.Id[WebhookIdGenerator.DeliveryPrefix.Length..],
            TenantId = delivery.Message.TenantId,
            DeliveryId = delivery.Id,
            Number = delivery.AttemptNumber,
            StartedAt = delivery.Message.CreatedAt,
            Duration = AttemptDuration,
            StatusCode = statusCode,
            Error = statusCode == 200 ? AttemptError.None : AttemptError.Status,
        },
        status,
        retryAt);

    private static Task AddAsync(int count, Func<int, Task> addBatchAsync)
    {
        var left = count;
        return Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Add(ref left, -BatchSize) + BatchSize is > 0 and var wanted)
            {
                await addBatchAsync(Math.Min(wanted, BatchSize));
            }
        })));
    }

    private async Task AppendAsync(int count)
    {
        var appended = await AppendAsync(count, leases: null);
        Verify(count, appended.Sum(static result => result.DeliveryCount));
    }

    private async Task AttemptAsync(int count, Func<LeasedDelivery, DeliveryOutcome> attempt)
    {
        var grant = new LeaseGrant(Owner, StoreTime.Now() + Lease, count);
        var appended = await AppendAsync(count, grant);
        DeliveryOutcome[] outcomes = [.. appended.SelectMany(static result => result.Leased).Select(attempt)];
        Verify(count, outcomes.Length);
        var recorded = await store.CompleteAsync(Owner, outcomes, CancellationToken.None);
        Verify(count, recorded.Count(static isRecorded => isRecorded));
    }

    private Task<IReadOnlyList<AppendResult>> AppendAsync(int count, LeaseGrant? leases)
    {
        var now = StoreTime.Now();
        return store.AppendAsync([.. Enumerable.Range(0, count).Select(number => CreateMessage(number, now))], leases, CancellationToken.None);
    }

    private WebhookMessage CreateMessage(int number, DateTimeOffset now) => new()
    {
        Id = _ids.Create(WebhookIdGenerator.MessagePrefix, now),
        TenantId = tenants[number % tenants.Count],
        EventType = LoadEvent.EventType,
        Payload = _payload,
        Timestamp = now,
        CreatedAt = now,
    };

    private static void Verify(int expected, int actual)
    {
        if (actual != expected)
        {
            throw new InvalidOperationException($"The store took {actual} of {expected} deliveries that it was filled with.");
        }
    }
}
