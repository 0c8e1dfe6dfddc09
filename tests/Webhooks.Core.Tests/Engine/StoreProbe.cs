using System.Collections.Concurrent;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;
using Webhooks.Storage.InMemory;

namespace Webhooks.Core.Tests.Engine;

/// <summary>
/// The in-memory store, watched: it counts the calls of the hot path, says when each has been made, and lets a test delay
/// or fail one before it reaches the store.
/// </summary>
internal sealed class StoreProbe(InMemoryWebhookStore? inner = null) : IWebhookStore
{
    private readonly ConcurrentQueue<string> _calls = [];

    /// <summary>Called before each call of the hot path, with the member's name.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called after each call of the hot path, before its caller gets the answer.</summary>
    public Func<string, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>Raised after each call.</summary>
    public Signal Changed { get; } = new();

    /// <summary>The sizes of the batches that were appended.</summary>
    public ConcurrentQueue<int> Appends { get; } = [];

    /// <summary>The ids of the deliveries whose outcome took effect, in order.</summary>
    public ConcurrentQueue<DeliveryOutcome> Recorded { get; } = [];

    /// <summary>The time that was reserved for rate limits, and when it begins.</summary>
    public ConcurrentQueue<(RateReservation Reservation, DateTimeOffset Start)> Reserved { get; } = [];

    /// <summary>The store behind it, to look into without being counted.</summary>
    public InMemoryWebhookStore Inner { get; } = inner ?? new InMemoryWebhookStore();

    public int CallsOf(string member) => _calls.Count(call => string.Equals(call, member, StringComparison.Ordinal));

    /// <summary>Makes every call of a member fail until the returned action is called.</summary>
    public Action Fail(string member)
    {
        var before = Before;
        Before = name => string.Equals(name, member, StringComparison.Ordinal)
            ? Task.FromException(new WebhookStoreException($"{member} fails, as the test wants it."))
            : before(name);
        return () => Before = before;
    }

    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken) =>
        CallAsync(nameof(AppendAsync), () =>
        {
            Appends.Enqueue(messages.Count);
            return Inner.AppendAsync(messages, leases, cancellationToken);
        });

    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        CallAsync(nameof(FindExpiredSecretsAsync), () => Inner.FindExpiredSecretsAsync(now, limit, cancellationToken));

    public Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        CallAsync(nameof(ClaimAsync), () => Inner.ClaimAsync(request, cancellationToken));

    public Task<HeldClaimResult> ClaimHeldAsync(HeldClaimRequest request, CancellationToken cancellationToken) =>
        CallAsync(nameof(ClaimHeldAsync), () => Inner.ClaimHeldAsync(request, cancellationToken));

    public Task<DateTimeOffset?> FindOldestDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        CallAsync(nameof(FindOldestDueAsync), () => Inner.FindOldestDueAsync(now, cancellationToken));

    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken) =>
        CallAsync(nameof(CompleteAsync), async () =>
        {
            var effective = await Inner.CompleteAsync(owner, outcomes, cancellationToken);
            foreach (var (outcome, isEffective) in outcomes.Zip(effective))
            {
                if (isEffective)
                {
                    Recorded.Enqueue(outcome);
                }
            }

            return effective;
        });

    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken) =>
        CallAsync(nameof(ReleaseAsync), async () =>
        {
            await Inner.ReleaseAsync(owner, releases, cancellationToken);
            return true;
        });

    public Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken) =>
        CallAsync(nameof(PauseEndpointAsync), () => Inner.PauseEndpointAsync(pause, cancellationToken));

    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken) =>
        CallAsync(nameof(MarkFailingAsync), async () =>
        {
            await Inner.MarkFailingAsync(marks, cancellationToken);
            return true;
        });

    public Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken) =>
        CallAsync(nameof(ReserveAsync), async () =>
        {
            var starts = await Inner.ReserveAsync(now, reservations, cancellationToken);
            foreach (var reserved in reservations.Zip(starts))
            {
                Reserved.Enqueue(reserved);
            }

            return starts;
        });

    public Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        CallAsync(nameof(CancelPendingAsync), () => Inner.CancelPendingAsync(key, now, limit, cancellationToken));

    public Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken) =>
        CallAsync(nameof(InsertEndpointAsync), () => Inner.InsertEndpointAsync(endpoint, cancellationToken));

    public Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken) =>
        CallAsync(nameof(GetEndpointAsync), () => Inner.GetEndpointAsync(key, cancellationToken));

    public Task<bool> ReplaceEndpointAsync(StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken) =>
        CallAsync(nameof(ReplaceEndpointAsync), () => Inner.ReplaceEndpointAsync(endpoint, expectedVersion, cancellationToken));

    public Task<bool> DeleteEndpointAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken) =>
        CallAsync(nameof(DeleteEndpointAsync), () => Inner.DeleteEndpointAsync(key, expectedVersion, now, announcement, cancellationToken));

    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken) =>
        Inner.ListEndpointsAsync(query, cancellationToken);

    public Task<WebhookMessage?> GetMessageAsync(string tenantId, string messageId, CancellationToken cancellationToken) =>
        Inner.GetMessageAsync(tenantId, messageId, cancellationToken);

    public Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        Inner.ListMessagesAsync(query, cancellationToken);

    public Task<WebhookDelivery?> GetDeliveryAsync(string tenantId, string deliveryId, CancellationToken cancellationToken) =>
        Inner.GetDeliveryAsync(tenantId, deliveryId, cancellationToken);

    public Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        Inner.ListDeliveriesAsync(query, cancellationToken);

    public Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken) =>
        Inner.CountDeliveriesAsync(query, cancellationToken);

    public Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken) =>
        Inner.ListAttemptsAsync(query, cancellationToken);

    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken) =>
        CallAsync(nameof(ResendAsync), () => Inner.ResendAsync(tenantId, deliveryId, now, resendId, cancellationToken));

    public Task<bool> InsertReplayAsync(ReplayJob job, CancellationToken cancellationToken) =>
        Inner.InsertReplayAsync(job, cancellationToken);

    public Task<ReplayJob?> GetReplayAsync(string tenantId, string jobId, CancellationToken cancellationToken) =>
        Inner.GetReplayAsync(tenantId, jobId, cancellationToken);

    public Task<Page<ReplayJob>> ListReplaysAsync(ReplayQuery query, CancellationToken cancellationToken) =>
        Inner.ListReplaysAsync(query, cancellationToken);

    public Task<ReplayJob?> CancelReplayAsync(
        string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken) =>
        Inner.CancelReplayAsync(tenantId, jobId, now, cancellationToken);

    public Task<ReplayTurnResult> RunReplayAsync(ReplayTurn turn, CancellationToken cancellationToken) =>
        CallAsync(nameof(RunReplayAsync), () => Inner.RunReplayAsync(turn, cancellationToken));

    public Task<int> PruneReplaysAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        Inner.PruneReplaysAsync(endedBefore, limit, cancellationToken);

    public Task InitializeAsync(CancellationToken cancellationToken) => Inner.InitializeAsync(cancellationToken);

    public Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken) =>
        Inner.PruneAsync(request, cancellationToken);

    public Task<int> PrunePayloadsAsync(PayloadPruneRequest request, CancellationToken cancellationToken) =>
        CallAsync(nameof(PrunePayloadsAsync), () => Inner.PrunePayloadsAsync(request, cancellationToken));

    public Task<int> PruneRatesAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        CallAsync(nameof(PruneRatesAsync), () => Inner.PruneRatesAsync(endedBefore, limit, cancellationToken));

    public Task<PayloadErasure?> ErasePayloadAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken) =>
        CallAsync(nameof(ErasePayloadAsync), () => Inner.ErasePayloadAsync(tenantId, messageId, now, cancellationToken));

    public Task<TenantRows> EraseTenantAsync(string tenantId, int limit, CancellationToken cancellationToken) =>
        CallAsync(nameof(EraseTenantAsync), () => Inner.EraseTenantAsync(tenantId, limit, cancellationToken));

    public Task<TenantRows> CountTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        Inner.CountTenantAsync(tenantId, cancellationToken);

    public Task FinishErasureAsync(CancellationToken cancellationToken) => Inner.FinishErasureAsync(cancellationToken);

    private async Task<T> CallAsync<T>(string member, Func<Task<T>> call)
    {
        _calls.Enqueue(member);
        try
        {
            await Before(member);
            var answer = await call();
            await After(member);
            return answer;
        }
        finally
        {
            Changed.Raise();
        }
    }
}
