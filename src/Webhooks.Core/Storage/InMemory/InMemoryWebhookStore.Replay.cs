using Webhooks.Dispatching;
using Webhooks.Replay;

namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    private const string ReplayList = "replays";

    private readonly SequenceLog<ReplayRow> _replayLog = new();
    private readonly Dictionary<(string TenantId, string JobId), ReplayRow> _replays = [];

    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(
                FindDelivery(tenantId, deliveryId) is { } delivery ? Resend(delivery, now, resendId) : ResendResult.NotFound);
        }
    }

    public Task<bool> InsertReplayAsync(ReplayJob job, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var row = new ReplayRow(NextSequence(), job);
            var isNew = _replays.TryAdd((job.Request.TenantId, job.Id), row);
            if (isNew)
            {
                _replayLog.Add(row.Sequence, row);
            }

            return Task.FromResult(isNew);
        }
    }

    public Task<ReplayJob?> GetReplayAsync(string tenantId, string jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_replays.GetValueOrDefault((tenantId, jobId))?.Job);
        }
    }

    public Task<Page<ReplayJob>> ListReplaysAsync(ReplayQuery query, CancellationToken cancellationToken)
    {
        var before = Position(ReplayList, query, ifFirst: long.MaxValue);
        lock (_lock)
        {
            var rows = _replayLog.NewestFirst(before).Where(row =>
                string.Equals(row.Job.Request.TenantId, query.TenantId, StringComparison.Ordinal)
                && (query.Status is null || query.Status == row.Job.Status));
            return Task.FromResult(PageOf(ReplayList, query, rows, row => row.Job, row => row.Sequence));
        }
    }

    public Task<ReplayJob?> CancelReplayAsync(
        string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var row = _replays.GetValueOrDefault((tenantId, jobId));
            if (row is { Job.Status: ReplayStatus.Active })
            {
                row.Job = row.Job with { Status = ReplayStatus.Canceled, CompletedAt = now };
            }

            return Task.FromResult(row?.Job);
        }
    }

    public Task<ReplayTurnResult> RunReplayAsync(ReplayTurn turn, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var row = _replayLog.OldestFirst().Where(row => row.Job.Status == ReplayStatus.Active).MinBy(row => row.DueAt);
            if (row is null || row.DueAt > turn.Now)
            {
                return Task.FromResult(new ReplayTurnResult(Job: null, 0, row?.DueAt));
            }

            var plan = new ReplayPlan(row.Job, turn, row.BlockedSince);
            if (row.Job.Request.Selection == ReplaySelection.NeverSent)
            {
                ReplayNeverSent(row, plan, turn.Now);
            }
            else
            {
                ReplayEnded(row, plan, turn.Now);
            }

            var result = plan.End(hasMore: false);
            (row.Job, row.DueAt, row.BlockedSince) = (result.Job!, plan.DueAt, plan.BlockedSince);
            return Task.FromResult(result);
        }
    }

    public Task<int> PruneReplaysAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ReplayRow[] old = [.. _replayLog.OldestFirst().Where(row => row.Job.CompletedAt < endedBefore).Take(limit)];
            foreach (var row in old)
            {
                _replays.Remove((row.Job.Request.TenantId, row.Job.Id));
                _replayLog.Remove(row.Sequence);
            }

            return Task.FromResult(old.Length);
        }
    }

    private ResendResult Resend(DeliveryRow delivery, DateTimeOffset now, string? resendId)
    {
        if (resendId is not null && string.Equals(delivery.Resend?.ResendId, resendId, StringComparison.Ordinal))
        {
            return ResendResult.Repeated;
        }

        if (delivery.Message.Message.Payload is null)
        {
            return ResendResult.PayloadRemoved;
        }

        if (FindCurrentEndpoint(delivery) is not { } endpoint)
        {
            return ResendResult.EndpointGone;
        }

        if (!endpoint.IsEnabled)
        {
            return ResendResult.EndpointDisabled;
        }

        var before = ResendNote.Under(delivery.Resend, resendId);
        if (delivery.Status == DeliveryStatus.Pending && (delivery.DueAt is null || delivery.DueAt <= now || delivery.LeaseOwner is not null))
        {
            delivery.Resend = before;
            return ResendResult.Underway;
        }

        if (delivery.Message.Message.DeliverAt > now)
        {
            return ResendResult.NotYet;
        }

        if (delivery.Message.Message.IsExpired(now))
        {
            return ResendResult.Expired;
        }

        delivery.Resend = ResendNote.ForOneAttempt(
            delivery.Status, delivery.AttemptCount, delivery.DueAt, before, delivery.CancelReason);
        if (delivery.Status == DeliveryStatus.Pending)
        {
            _due.Schedule(delivery, now, leaseOwner: null);
        }
        else
        {
            Reopen(delivery, endpoint, now);
        }

        return ResendResult.Resent;
    }

    private void ReplayEnded(ReplayRow replay, ReplayPlan plan, DateTimeOffset now)
    {
        var request = replay.Job.Request;
        var status = request.Selection switch
        {
            ReplaySelection.Succeeded => DeliveryStatus.Succeeded,
            ReplaySelection.Canceled => DeliveryStatus.Canceled,
            _ => DeliveryStatus.Failed,
        };
        var query = new DeliveryQuery
        {
            EndpointId = request.EndpointId,
            EventType = request.EventType,
            Status = status,
            Since = request.Since,
            Until = request.Until,
        };
        var rows = _tenants.TryGetValue(request.TenantId, out var tenant) ? tenant.DeliveryLog.OldestFirst(replay.Position) : [];
        foreach (var delivery in rows.Where(row => IsMatch(query, row)))
        {
            var endpoint = FindCurrentEndpoint(delivery);
            var message = delivery.Message.Message;
            var (replayed, skipped) = endpoint is { IsEnabled: true } && message is { Payload: not null, IsTest: false } && !message.IsExpired(now) ? (1, 0) : (0, 1);
            if (!plan.TryTake(message.CreatedAt, replayed, skipped, replayed > 0 && endpoint!.PausedUntil is not null))
            {
                break;
            }

            replay.Position = delivery.Sequence;
            if (replayed > 0)
            {
                delivery.Resend = ResendNote.ForWholeSchedule(delivery.Status, delivery.AttemptCount, delivery.Resend);
                Reopen(delivery, endpoint!, now);
            }
        }
    }

    private void ReplayNeverSent(ReplayRow replay, ReplayPlan plan, DateTimeOffset now)
    {
        var request = replay.Job.Request;
        var query = new MessageQuery { EventType = request.EventType, Since = request.Since, Until = request.Until };
        var rows = _tenants.TryGetValue(request.TenantId, out var tenant) ? tenant.MessageLog.OldestFirst(replay.Position) : [];
        foreach (var message in rows.Where(row => IsMatch(query, row.Message) && !row.Message.IsTest))
        {
            var has = message.Deliveries.Select(delivery => delivery.Endpoint.Stored.Endpoint.Id).ToHashSet(StringComparer.Ordinal);
            EndpointRow[] missing =
            [
                .. tenant!.Subscribers(message.Message).Where(endpoint =>
                    (request.EndpointId is null || string.Equals(endpoint.Stored.Endpoint.Id, request.EndpointId, StringComparison.Ordinal))
                    && !has.Contains(endpoint.Stored.Endpoint.Id)),
            ];
            var (sent, skipped) = message.Message.Payload is null || message.Message.IsExpired(now) ? ([], missing.Length) : (missing, 0);
            if (!plan.TryTake(message.Message.CreatedAt, sent.Length, skipped, Array.Exists(sent, endpoint => endpoint.PausedUntil is not null)))
            {
                break;
            }

            replay.Position = message.Sequence;
            var room = 0;
            foreach (var endpoint in sent)
            {
                var delivery = AddDelivery(message, endpoint, leases: null, ref room);
                _due.Schedule(delivery, FirstTime(message, now), leaseOwner: null);
                message.Deliveries = [.. message.Deliveries, delivery];
            }
        }
    }

    private void Reopen(DeliveryRow delivery, EndpointRow endpoint, DateTimeOffset now)
    {
        delivery.Status = DeliveryStatus.Pending;
        delivery.CompletedAt = null;
        delivery.CancelReason = null;
        delivery.Endpoint = endpoint;
        endpoint.Pending.Add(delivery);
        delivery.Message.PendingCount++;
        _due.Schedule(delivery, FirstTime(delivery.Message, now), leaseOwner: null);
    }

    /// <summary>Now, or when the message may be sent where that is later.</summary>
    private static DateTimeOffset FirstTime(MessageRow message, DateTimeOffset now) =>
        message.Message.DeliverAt is { } deliverAt && deliverAt > now ? deliverAt : now;

    private EndpointRow? FindCurrentEndpoint(DeliveryRow delivery) =>
        TryGetEndpoint(delivery.Endpoint.Stored.Key, out _, out var endpoint) ? endpoint : null;
}
