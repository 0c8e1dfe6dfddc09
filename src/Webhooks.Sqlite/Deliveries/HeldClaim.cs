using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Claims the held deliveries of an endpoint that the dispatcher has taken over.</summary>
internal sealed class HeldClaim(SqliteSession session, LeaseWriter leases, Ender ender, FanOut fanOut)
{
    public const string HeldSql =
        $"""
        SELECT {PendingDelivery.Columns}
        FROM webhook_delivery d
        CROSS JOIN webhook_endpoint_name n ON n.seq = d.endpoint_seq
        LEFT JOIN webhook_endpoint e ON e.seq = d.endpoint_seq
        WHERE d.endpoint_seq = ?1 AND d.status = 0 AND d.due_at IS NULL
        ORDER BY d.message_seq, d.ordinal
        LIMIT ?2
        """;

    /// <summary>How many are looked at where some have expired.</summary>
    private const int ExpiredWindow = 1_000;

    private readonly Statement _held = session.Prepare(HeldSql);

    private readonly Statement _findTakenOver = session.Prepare(
        """
        SELECT e.seq, e.version, e.is_ordered
        FROM webhook_endpoint_name n
        JOIN webhook_endpoint e ON e.seq = n.seq
        WHERE n.tenant_id = ?1 AND n.id = ?2 AND e.status = 0 AND e.paused_by = ?3
        """);

    private readonly Statement _prolong = session.Prepare("UPDATE webhook_endpoint SET paused_until = ?2 WHERE seq = ?1");

    private readonly Statement _endPause =
        session.Prepare("UPDATE webhook_endpoint SET paused_until = NULL, paused_by = NULL WHERE seq = ?1");

    public HeldClaimResult Claim(HeldClaimRequest request)
    {
        var endpoint = _findTakenOver
            .Bind(request.Endpoint.TenantId)
            .Bind(request.Endpoint.EndpointId)
            .Bind(request.Owner)
            .ReadOne(static row => ((long Seq, long Version, bool IsOrdered)?)(row.Int64(0), row.Int64(1), row.Int64(2) != 0));
        if (endpoint is not var (seq, version, isOrdered))
        {
            return new HeldClaimResult([], IsOver: true);
        }

        var (held, hasMore) = FindHeld(seq, isOrdered, request);
        var messages = new LeaseWriter.MessageCache();
        var leased = held.Take(request.Limit)
            .Select(delivery => isOrdered
                ? leases.LeaseInOrder(delivery, version, request.Owner, request.LeaseUntil, messages)
                : leases.Lease(delivery, version, request.Owner, request.LeaseUntil, messages))
            .ToList();
        if (hasMore)
        {
            _prolong.Bind(seq).Bind(request.LeaseUntil).Execute();
        }
        else
        {
            _endPause.Bind(seq).Execute();
            if (!isOrdered)
            {
                fanOut.EndpointChanged(request.Endpoint.TenantId);
            }
        }

        return new HeldClaimResult(leased, IsOver: !hasMore);
    }

    /// <summary>Finds what can be leased, and whether there may be more; in order, whether anything is pending.</summary>
    private (List<PendingDelivery> Held, bool HasMore) FindHeld(long endpointSeq, bool isOrdered, HeldClaimRequest request)
    {
        // One more than asked for tells whether anything is left.
        var window = request.Limit + 1;
        var rows = Read(endpointSeq, window);
        if (rows.Exists(delivery => delivery.IsExpired(request.Now)))
        {
            // Where one has expired there may be many, and a claim for one delivery at a time would hardly get past them.
            window = Math.Max(window, ExpiredWindow);
            rows = Read(endpointSeq, window);
        }

        var held = ender.CancelExpired(rows, request.Now);
        if (!isOrdered)
        {
            return (held, rows.Count == window || held.Count > request.Limit);
        }

        // The lease of what is sent at most once is the record that it may have been sent, so that it is leased alone.
        var alone = held.FindIndex(static delivery => delivery.IsAtMostOnce);
        return (alone < 0 ? held : held[..Math.Max(alone, 1)], rows.Count == window || held.Count > 0);
    }

    private List<PendingDelivery> Read(long endpointSeq, int limit) => _held.Bind(endpointSeq).Bind(limit).Read(PendingDelivery.Read);
}
