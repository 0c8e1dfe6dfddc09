using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Messages;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Claims what is due, and the endpoints whose pause is over.</summary>
internal sealed class DueClaim(SqliteSession session, LeaseWriter leases, Ender ender)
{
    public const string DueSql =
        $"""
        SELECT {PendingDelivery.Columns}
        FROM webhook_delivery d
        CROSS JOIN webhook_endpoint_name n ON n.seq = d.endpoint_seq
        LEFT JOIN webhook_endpoint e ON e.seq = d.endpoint_seq
        WHERE d.due_at <= ?1
        ORDER BY d.due_at
        LIMIT ?2
        """;

    public const string ResumableSql =
        """
        SELECT e.seq, e.tenant_id, n.id
        FROM webhook_endpoint e
        JOIN webhook_endpoint_name n ON n.seq = e.seq
        WHERE e.paused_until <= ?1 AND e.status = 0
        ORDER BY e.paused_until
        LIMIT ?2
        """;

    public const string NextDueSql =
        "SELECT due_at FROM webhook_delivery WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";

    public const string NextResumableSql =
        "SELECT paused_until FROM webhook_endpoint WHERE paused_until IS NOT NULL AND status = 0 ORDER BY paused_until LIMIT 1";

    /// <summary>The most endpoints that one claim takes over.</summary>
    public const int MaxResumed = 64;

    private readonly Statement _due = session.Prepare(DueSql);
    private readonly Statement _resumable = session.Prepare(ResumableSql);
    private readonly Statement _nextDue = session.Prepare(NextDueSql);
    private readonly Statement _nextResumable = session.Prepare(NextResumableSql);

    private readonly Statement _hold =
        session.Prepare("UPDATE webhook_delivery SET due_at = NULL, owner = NULL WHERE message_seq = ?1 AND ordinal = ?2");

    private readonly Statement _beginLine = session.Prepare(MessageAppender.BeginLineSql);

    private readonly Statement _takeOver =
        session.Prepare("UPDATE webhook_endpoint SET paused_until = ?2, paused_by = ?3, pause_reason = 0 WHERE seq = ?1");

    /// <summary>Since when the longest due delivery has been due; null when none is.</summary>
    public static DateTimeOffset? FindOldestDue(SqliteSession session, DateTimeOffset now) =>
        session.Prepare(NextDueSql).ReadOne(static row => row.NullableTime(0)) is { } dueAt && dueAt <= now ? dueAt : null;

    public ClaimResult Claim(ClaimRequest request)
    {
        var due = _due.Bind(request.Now).Bind(request.Limit).Read(PendingDelivery.Read);
        var leased = Lease(due, request);
        var resumed = TakeOver(request);
        var hasMore = due.Count == request.Limit || resumed.Count == MaxResumed;
        return new ClaimResult(leased, resumed, hasMore, FindNextDue());
    }

    private List<LeasedDelivery> Lease(List<PendingDelivery> due, ClaimRequest request)
    {
        var leased = new List<LeasedDelivery>(due.Count);
        var messages = new LeaseWriter.MessageCache();
        foreach (var delivery in due)
        {
            switch (delivery.Endpoint)
            {
                case null:
                    ender.Cancel(delivery, request.Now, CancelReason.EndpointDeleted);
                    break;
                case var _ when delivery.IsExpired(request.Now):
                    ender.Cancel(delivery, request.Now, CancelReason.Expired);
                    break;
                case { IsHolding: true } holding when !delivery.IsInterrupted:
                    _hold.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Execute();
                    if (holding is { IsOrdered: true, IsEnabled: true, IsPaused: false })
                    {
                        _beginLine.Bind(holding.Seq).Bind(request.Now).Execute();
                    }

                    break;
                case var endpoint:
                    leased.Add(leases.Lease(delivery, endpoint.Version, request.Owner, request.LeaseUntil, messages));
                    break;
            }
        }

        return leased;
    }

    private List<EndpointKey> TakeOver(ClaimRequest request)
    {
        var resumable = _resumable.Bind(request.Now).Bind(MaxResumed)
            .Read(static row => (Seq: row.Int64(0), Key: new EndpointKey(row.Text(1), row.Text(2))));
        foreach (var (seq, _) in resumable)
        {
            _takeOver.Bind(seq).Bind(request.LeaseUntil).Bind(request.Owner).Execute();
        }

        return resumable.ConvertAll(static endpoint => endpoint.Key);
    }

    private DateTimeOffset? FindNextDue()
    {
        var delivery = _nextDue.ReadOne(static row => row.NullableTime(0));
        var pause = _nextResumable.ReadOne(static row => row.NullableTime(0));
        return delivery is null || pause < delivery ? pause : delivery;
    }
}
