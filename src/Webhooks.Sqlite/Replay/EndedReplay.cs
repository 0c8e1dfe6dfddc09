using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Sqlite.Log;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Replay;

/// <summary>Makes deliveries that have ended pending again: one of them, or those that a replay selects.</summary>
/// <remarks>
/// A turn walks an index and looks at each row, whether the replay means it or not, so that what a turn costs is bounded by the rows
/// that it may look at.
/// </remarks>
internal sealed class EndedReplay(SqliteSession session)
{
    public const string GetSql =
        $"""
        SELECT d.message_seq, d.ordinal, d.status, d.attempt_count, d.due_at, d.owner, d.resend, e.status,
          d.cancel_reason, length(m.payload), m.deliver_at, d.expires_at
        FROM webhook_delivery d
        CROSS JOIN webhook_message m ON m.seq = d.message_seq
        LEFT JOIN webhook_endpoint e ON e.seq = d.endpoint_seq
        WHERE {DeliveryKey.Condition} AND d.tenant_id = ?5
        """;

    /// <summary>Parameters: ?1 tenant, ?2 ?3 ?4 the position, ?5 the end, ?6 limit, ?7 status.</summary>
    public const string NotSucceededSql =
        $"""
        SELECT {Columns}
        FROM webhook_delivery d INDEXED BY webhook_delivery_not_succeeded
        CROSS JOIN webhook_message m ON m.seq = d.message_seq
        LEFT JOIN webhook_endpoint e ON e.seq = d.endpoint_seq
        WHERE d.tenant_id = ?1 AND d.status = ?7 AND d.status <> 1
          AND (d.created_at, d.message_seq, d.ordinal) > (?2, ?3, ?4) AND d.created_at < ?5
        ORDER BY d.created_at, d.message_seq, d.ordinal
        LIMIT ?6
        """;

    /// <summary>Parameters: as above, but ?1 the endpoint's number.</summary>
    public const string OfEndpointSql =
        $"""
        SELECT {Columns}
        FROM webhook_delivery d INDEXED BY webhook_delivery_endpoint
        CROSS JOIN webhook_message m ON m.seq = d.message_seq
        LEFT JOIN webhook_endpoint e ON e.seq = d.endpoint_seq
        WHERE d.endpoint_seq = ?1
          AND (d.created_at, d.message_seq, d.ordinal) > (?2, ?3, ?4) AND d.created_at < ?5
        ORDER BY d.created_at, d.message_seq, d.ordinal
        LIMIT ?6
        """;

    /// <summary>Parameters: as above, but ?1 the tenant.</summary>
    public const string OfTenantSql =
        $"""
        SELECT {Columns}
        FROM webhook_message m INDEXED BY webhook_message_list
        CROSS JOIN webhook_delivery d ON d.message_seq = m.seq
        LEFT JOIN webhook_endpoint e ON e.seq = d.endpoint_seq
        WHERE m.tenant_id = ?1 AND (m.created_at, m.seq) >= (?2, ?3) AND m.created_at < ?5 AND m.delivery_count > 0
          AND (m.created_at, m.seq, d.ordinal) > (?2, ?3, ?4)
        ORDER BY m.created_at, m.seq, d.ordinal
        LIMIT ?6
        """;

    private const string Columns =
        """
        d.created_at, d.message_seq, d.ordinal, d.endpoint_seq, d.status, d.attempt_count, m.event_type, e.status,
        e.paused_until IS NOT NULL, length(m.payload), m.deliver_at, d.expires_at, d.resend, m.tested_endpoint_id
        """;

    private readonly Statement _get = session.Prepare(GetSql);
    private readonly Statement _notSucceeded = session.Prepare(NotSucceededSql);
    private readonly Statement _ofEndpoint = session.Prepare(OfEndpointSql);
    private readonly Statement _ofTenant = session.Prepare(OfTenantSql);

    private readonly Statement _findEndpoint =
        session.Prepare("SELECT seq FROM webhook_endpoint_name WHERE tenant_id = ?1 AND id = ?2");

    private readonly Statement _reopen = session.Prepare(
        """
        UPDATE webhook_delivery SET status = 0, due_at = ?3, owner = NULL, completed_at = NULL, cancel_reason = NULL,
          resend = ?4, sent = CASE WHEN status = 0 THEN sent END
        WHERE message_seq = ?1 AND ordinal = ?2
        """);

    private readonly Statement _note = session.Prepare("UPDATE webhook_delivery SET resend = ?3 WHERE message_seq = ?1 AND ordinal = ?2");

    public ResendResult Resend(string tenantId, string deliveryId, DateTimeOffset now, string? resendId)
    {
        if (!DeliveryKey.TryParse(deliveryId, out var key))
        {
            return ResendResult.NotFound;
        }

        var found = key.Bind(_get).Bind(tenantId).ReadOne(static row => new Single(
            row.Int64(0),
            row.Int64(1),
            (DeliveryStatus)row.Int32(2),
            row.Int32(3),
            row.NullableTime(4),
            IsLeased: !row.IsNull(5),
            ResendNote.Read(row.NullableText(6)),
            row.NullableInt64(7),
            (CancelReason?)row.NullableInt32(8),
            HasPayload: row.Int64(9) > 0,
            row.NullableTime(10),
            row.NullableTime(11)));
        var before = ResendNote.Under(found?.Note, resendId);
        switch (found)
        {
            case null:
                return ResendResult.NotFound;
            case { Note.ResendId: { } known } when string.Equals(known, resendId, StringComparison.Ordinal):
                return ResendResult.Repeated;
            case { HasPayload: false }:
                return ResendResult.PayloadRemoved;
            case { EndpointStatus: null }:
                return ResendResult.EndpointGone;
            case { EndpointStatus: not 0 }:
                return ResendResult.EndpointDisabled;
            case { Status: DeliveryStatus.Pending } when found.IsLeased || found.DueAt is null || found.DueAt <= now:
                if (resendId is not null)
                {
                    _note.Bind(found.MessageSeq).Bind(found.Ordinal).Bind(before?.ToString()).Execute();
                }

                return ResendResult.Underway;
            case { DeliverAt: var deliverAt } when deliverAt > now:
                return ResendResult.NotYet;
            case { ExpiresAt: var expiresAt } when expiresAt <= now:
                return ResendResult.Expired;
            default:
                var note = ResendNote.ForOneAttempt(found.Status, found.AttemptCount, found.DueAt, before, found.CancelReason);
                _reopen.Bind(found.MessageSeq).Bind(found.Ordinal).Bind(now).Bind(note.ToString()).Execute();
                return ResendResult.Resent;
        }
    }

    /// <summary>Does a replay's turn.</summary>
    /// <returns>Whether there may be rows that it did not look at.</returns>
    public bool Run(ReplayRequest request, ReplayPlan plan, ReplayTurn turn, ref RowPosition position)
    {
        var status = request.Selection switch
        {
            ReplaySelection.Succeeded => DeliveryStatus.Succeeded,
            ReplaySelection.Canceled => DeliveryStatus.Canceled,
            _ => DeliveryStatus.Failed,
        };
        long? endpointSeq = null;
        if (request.EndpointId is not null)
        {
            endpointSeq = _findEndpoint.Bind(request.TenantId).Bind(request.EndpointId).ReadOne(static row => (long?)row.Int64(0));
            if (endpointSeq is null)
            {
                return false;
            }
        }

        var rows = Read(request, status, endpointSeq, position, turn.ScanLimit);
        foreach (var row in rows)
        {
            var isMeant = row.Status == status
                && (endpointSeq is null || row.EndpointSeq == endpointSeq)
                && (request.EventType is null || string.Equals(row.EventType, request.EventType, StringComparison.Ordinal));
            var isSent = isMeant && row is { EndpointStatus: 0, HasPayload: true, IsTest: false } && !(row.ExpiresAt <= turn.Now);
            if (!plan.TryTake(
                DateTimeOffset.FromUnixTimeMilliseconds(row.Position.CreatedAt), isSent ? 1 : 0, isMeant && !isSent ? 1 : 0, isSent && row.IsPaused))
            {
                break;
            }

            position = row.Position;
            if (isSent)
            {
                _reopen
                    .Bind(row.Position.Seq)
                    .Bind(row.Position.Ordinal)
                    .Bind(row.DeliverAt > turn.Now ? row.DeliverAt : turn.Now)
                    .Bind(ResendNote.ForWholeSchedule(row.Status, row.AttemptCount, ResendNote.Read(row.Note)).ToString())
                    .Execute();
            }
        }

        return rows.Count == turn.ScanLimit;
    }

    private List<EndedRow> Read(ReplayRequest request, DeliveryStatus status, long? endpointSeq, RowPosition after, int limit)
    {
        var statement = (status, endpointSeq) switch
        {
            (not DeliveryStatus.Succeeded, _) => _notSucceeded.Bind(request.TenantId),
            (_, { } seq) => _ofEndpoint.Bind(seq),
            _ => _ofTenant.Bind(request.TenantId),
        };
        statement.Bind(after.CreatedAt).Bind(after.Seq).Bind(after.Ordinal).Bind(request.Until).Bind(limit);
        if (status != DeliveryStatus.Succeeded)
        {
            statement.Bind((long)status);
        }

        return statement.Read(static row => new EndedRow(
            new RowPosition(row.Int64(0), row.Int64(1), row.Int64(2)),
            row.Int64(3),
            (DeliveryStatus)row.Int32(4),
            row.Int32(5),
            row.Text(6),
            row.NullableInt64(7),
            IsPaused: row.Int64(8) != 0,
            HasPayload: row.Int64(9) > 0,
            row.NullableTime(10),
            row.NullableTime(11),
            row.NullableText(12),
            IsTest: !row.IsNull(13)));
    }

    private sealed record Single(
        long MessageSeq,
        long Ordinal,
        DeliveryStatus Status,
        int AttemptCount,
        DateTimeOffset? DueAt,
        bool IsLeased,
        ResendNote? Note,
        long? EndpointStatus,
        CancelReason? CancelReason,
        bool HasPayload,
        DateTimeOffset? DeliverAt,
        DateTimeOffset? ExpiresAt);

    private sealed record EndedRow(
        RowPosition Position,
        long EndpointSeq,
        DeliveryStatus Status,
        int AttemptCount,
        string EventType,
        long? EndpointStatus,
        bool IsPaused,
        bool HasPayload,
        DateTimeOffset? DeliverAt,
        DateTimeOffset? ExpiresAt,
        string? Note,
        bool IsTest);
}
