using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Deliveries;
using Webhooks.EntityFrameworkCore.Store.Endpoints;
using Webhooks.EntityFrameworkCore.Store.Erasure;
using Webhooks.EntityFrameworkCore.Store.Log;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.EntityFrameworkCore.Store.Replay;
using Webhooks.EntityFrameworkCore.Store.Retention;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store;

/// <summary>Keeps webhooks in the host's database, whichever EF Core has a relational provider for.</summary>
internal sealed class EntityFrameworkStore : IWebhookStore, ITransactionalMessageStore
{
    private readonly StoreDatabase _database;
    private readonly MessageAppender _appender;
    private readonly DueClaim _due;
    private readonly HeldClaim _held;
    private readonly OutcomeWriter _outcomes;
    private readonly RateTable _rates;
    private readonly Pruner _pruner;
    private readonly PayloadTable _payloads;
    private readonly TenantEraser _tenants;
    private readonly EndpointTable _endpoints;
    private readonly MessageLog _messageLog;
    private readonly DeliveryLog _deliveryLog;
    private readonly AttemptLog _attemptLog;
    private readonly EndedReplay _ended;
    private readonly ReplayTable _replays;

    /// <param name="create">Makes a context whose model has what <c>AddWebhooks</c> adds.</param>
    /// <param name="createUnpooled">Makes one that comes from no pool; null where none does.</param>
    public EntityFrameworkStore(Func<DbContext> create, Func<DbContext>? createUnpooled = null)
    {
        _database = new StoreDatabase(create, createUnpooled ?? create);
        var fanOut = new FanOut();
        _appender = new MessageAppender(_database, fanOut);
        _due = new DueClaim(_database);
        _held = new HeldClaim(_database);
        _outcomes = new OutcomeWriter(_database, _appender);
        _rates = new RateTable(_database);
        _pruner = new Pruner(_database);
        _payloads = new PayloadTable(_database);
        _tenants = new TenantEraser(_database);
        _endpoints = new EndpointTable(_database, _appender);
        _messageLog = new MessageLog(_database);
        _deliveryLog = new DeliveryLog(_database);
        _attemptLog = new AttemptLog(_database);
        _ended = new EndedReplay(_database);
        _replays = new ReplayTable(_database, new NeverSentReplay(_appender, fanOut));
    }

    public Task InitializeAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        async (context, cancellation) =>
        {
            if (context.Model.FindEntityType(typeof(MessageRow)) is null)
            {
                throw new WebhookStoreException(
                    $"The model of {context.GetType().Name} has no webhook tables. Call modelBuilder.AddWebhooks() in OnModelCreating, "
                    + "and add a migration.");
            }

            // Tables that are missing, or lack a column, are found here and not by the first event.
            await context.Set<EndpointRow>().FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            await context.Set<SubscriptionRow>().FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            await context.Set<NameRow>().Select(static name => new { name.Key, name.Message }).FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            await context.Set<DeliveryRow>().FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            await context.Set<AttemptRow>().FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            await context.Set<RateRow>().FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            await context.Set<ReplayRow>().FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken) => _pruner.PruneAsync(request, cancellationToken);

    public Task<int> PrunePayloadsAsync(PayloadPruneRequest request, CancellationToken cancellationToken) =>
        _payloads.PruneAsync(request, cancellationToken);

    public Task<int> PruneRatesAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _rates.PruneAsync(endedBefore, limit, cancellationToken);

    public Task<PayloadErasure?> ErasePayloadAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _payloads.EraseAsync(tenantId, messageId, now, cancellationToken);

    public Task<TenantRows> EraseTenantAsync(string tenantId, int limit, CancellationToken cancellationToken) =>
        _tenants.EraseAsync(tenantId, limit, cancellationToken);

    public Task<TenantRows> CountTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        _tenants.CountAsync(tenantId, cancellationToken);

    /// <summary>What its database keeps of deleted rows is the host's.</summary>
    public Task FinishErasureAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken) =>
        _appender.AppendAsync(messages, leases, cancellationToken);

    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, DbTransaction transaction, CancellationToken cancellationToken) =>
        _appender.AppendAsync(messages, transaction, cancellationToken);

    public Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken) =>
        _endpoints.InsertAsync(endpoint, cancellationToken);

    public Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken) =>
        _endpoints.GetAsync(key, cancellationToken);

    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken) =>
        _endpoints.ListAsync(query, cancellationToken);

    public Task<bool> ReplaceEndpointAsync(StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken) =>
        _endpoints.ReplaceAsync(endpoint, expectedVersion, cancellationToken);

    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _endpoints.FindExpiredSecretsAsync(now, limit, cancellationToken);

    public Task<bool> DeleteEndpointAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken) =>
        _endpoints.DeleteAsync(key, expectedVersion, now, announcement, cancellationToken);

    public Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _endpoints.CancelPendingAsync(key, now, limit, cancellationToken);

    public Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken) =>
        _endpoints.PauseAsync(pause, cancellationToken);

    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken) =>
        _endpoints.MarkFailingAsync(marks, cancellationToken);

    public Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken) =>
        _rates.ReserveAsync(now, reservations, cancellationToken);

    public Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) => _due.ClaimAsync(request, cancellationToken);

    public Task<HeldClaimResult> ClaimHeldAsync(HeldClaimRequest request, CancellationToken cancellationToken) =>
        _held.ClaimAsync(request, cancellationToken);

    public Task<DateTimeOffset?> FindOldestDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _due.FindOldestAsync(now, cancellationToken);

    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken) =>
        _outcomes.CompleteAsync(owner, outcomes, cancellationToken);

    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken) =>
        _outcomes.ReleaseAsync(owner, releases, cancellationToken);

    public Task<WebhookMessage?> GetMessageAsync(string tenantId, string messageId, CancellationToken cancellationToken) =>
        _messageLog.GetAsync(tenantId, messageId, cancellationToken);

    public Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        _messageLog.ListAsync(query, cancellationToken);

    public Task<WebhookDelivery?> GetDeliveryAsync(string tenantId, string deliveryId, CancellationToken cancellationToken) =>
        _deliveryLog.GetAsync(tenantId, deliveryId, cancellationToken);

    public Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        _deliveryLog.ListAsync(query, cancellationToken);

    public Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken) =>
        _deliveryLog.CountAsync(query, cancellationToken);

    public Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken) =>
        _attemptLog.ListAsync(query, cancellationToken);

    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken) =>
        _ended.ResendAsync(tenantId, deliveryId, now, resendId, cancellationToken);

    public Task<bool> InsertReplayAsync(ReplayJob job, CancellationToken cancellationToken) => _replays.InsertAsync(job, cancellationToken);

    public Task<ReplayJob?> GetReplayAsync(string tenantId, string jobId, CancellationToken cancellationToken) =>
        _replays.GetAsync(tenantId, jobId, cancellationToken);

    public Task<Page<ReplayJob>> ListReplaysAsync(ReplayQuery query, CancellationToken cancellationToken) =>
        _replays.ListAsync(query, cancellationToken);

    public Task<ReplayJob?> CancelReplayAsync(string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _replays.CancelAsync(tenantId, jobId, now, cancellationToken);

    public Task<ReplayTurnResult> RunReplayAsync(ReplayTurn turn, CancellationToken cancellationToken) => _replays.RunAsync(turn, cancellationToken);

    public Task<int> PruneReplaysAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _replays.PruneAsync(endedBefore, limit, cancellationToken);
}
