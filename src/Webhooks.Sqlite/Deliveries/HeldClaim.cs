using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Claims the held deliveries of an endpoint that the dispatcher has taken over.</summary>
internal sealed class HeldClaim(SqliteSession session, LeaseWriter leases, FanOut fanOut)
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

        // One more than asked for tells whether anything is left.
        var held = _held.Bind(seq).Bind(request.Limit + 1L).Read(PendingDelivery.Read);
        var messages = new LeaseWriter.MessageCache();
        var leased = held.Take(request.Limit)
            .Select(delivery => isOrdered
                ? leases.LeaseInOrder(delivery, version, request.Owner, request.LeaseUntil, messages)
                : leases.Lease(delivery, version, request.Owner, request.LeaseUntil, messages))
            .ToList();
        var isOver = isOrdered ? held.Count == 0 : held.Count == leased.Count;
        if (isOver)
        {
            _endPause.Bind(seq).Execute();
            if (!isOrdered)
            {
                fanOut.EndpointChanged(request.Endpoint.TenantId);
            }
        }
        else
        {
            _prolong.Bind(seq).Bind(request.LeaseUntil).Execute();
        }

        return new HeldClaimResult(leased, isOver);
    }
}
