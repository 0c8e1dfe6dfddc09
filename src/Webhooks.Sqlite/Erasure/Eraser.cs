using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Sqlite.Retention;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Erasure;

/// <summary>Erases payloads and tenants.</summary>
internal sealed class Eraser(SqliteSession session, FanOut fanOut, PayloadPruner payloads)
{
    public const string FindMessagesSql =
        "SELECT seq FROM webhook_message INDEXED BY webhook_message_list WHERE tenant_id = ?1 ORDER BY created_at, seq LIMIT ?2";

    public const string FindEndpointsSql = "SELECT seq FROM webhook_endpoint WHERE tenant_id = ?1 LIMIT ?2";

    public const string FindNamesSql = "SELECT seq FROM webhook_endpoint_name WHERE tenant_id = ?1 LIMIT ?2";

    /// <summary>All that the store has of a tenant, by the indexes that start with it.</summary>
    private const string CountSql =
        """
        SELECT
          (SELECT count(*) FROM webhook_endpoint WHERE tenant_id = ?1),
          (SELECT count(*) FROM webhook_message WHERE tenant_id = ?1),
          (SELECT count(*) FROM webhook_message m CROSS JOIN webhook_delivery d ON d.message_seq = m.seq WHERE m.tenant_id = ?1),
          (SELECT count(*) FROM webhook_message m CROSS JOIN webhook_attempt a ON a.message_seq = m.seq WHERE m.tenant_id = ?1),
          (SELECT count(*) FROM webhook_replay WHERE tenant_id = ?1),
          (SELECT count(*) FROM webhook_endpoint_name WHERE tenant_id = ?1)
            + (SELECT count(*) FROM webhook_subscription WHERE tenant_id = ?1),
          (SELECT count(*) FROM webhook_rate WHERE tenant_id = ?1)
        """;

    private readonly Statement _findMessage =
        session.Prepare("SELECT seq, length(payload) FROM webhook_message WHERE tenant_id = ?1 AND id = ?2");

    private readonly Statement _cancel = session.Prepare(
        $"""
        UPDATE webhook_delivery
        SET status = 3, due_at = NULL, owner = NULL, sent = NULL, completed_at = ?2, cancel_reason = {(int)CancelReason.PayloadErased}
        WHERE message_seq = ?1 AND status = 0
        """);

    private readonly Statement _findMessages = session.Prepare(FindMessagesSql);
    private readonly Statement _findEndpoints = session.Prepare(FindEndpointsSql);
    private readonly Statement _findNames = session.Prepare(FindNamesSql);
    private readonly Statement _deleteMessage = session.Prepare("DELETE FROM webhook_message WHERE seq = ?1");
    private readonly Statement _deleteDeliveries = session.Prepare("DELETE FROM webhook_delivery WHERE message_seq = ?1");
    private readonly Statement _deleteAttempts = session.Prepare("DELETE FROM webhook_attempt WHERE message_seq = ?1");
    private readonly Statement _deleteEndpoint = session.Prepare("DELETE FROM webhook_endpoint WHERE seq = ?1");
    private readonly Statement _deleteSubscriptions = session.Prepare("DELETE FROM webhook_subscription WHERE endpoint_seq = ?1");
    private readonly Statement _deleteName = session.Prepare("DELETE FROM webhook_endpoint_name WHERE seq = ?1");

    private readonly Statement _deleteReplays = session.Prepare(
        "DELETE FROM webhook_replay WHERE seq IN (SELECT seq FROM webhook_replay WHERE tenant_id = ?1 LIMIT ?2)");

    private readonly Statement _deleteRates = session.Prepare(
        """
        DELETE FROM webhook_rate WHERE (tenant_id, endpoint_id) IN (
          SELECT tenant_id, endpoint_id FROM webhook_rate WHERE tenant_id = ?1 LIMIT ?2)
        """);

    public static TenantRows Count(SqliteSession session, string tenantId) =>
        session.Prepare(CountSql).Bind(tenantId).ReadOne(static row => new TenantRows
        {
            Endpoints = row.Int64(0),
            Messages = row.Int64(1),
            Deliveries = row.Int64(2),
            Attempts = row.Int64(3),
            Replays = row.Int64(4),
            Ids = row.Int64(5),
            RateLimits = row.Int64(6),
        })!;

    public PayloadErasure? ErasePayload(string tenantId, string messageId, DateTimeOffset now)
    {
        var found = _findMessage.Bind(tenantId).Bind(messageId)
            .ReadOne(static row => ((long Seq, bool HasPayload)?)(row.Int64(0), row.Int64(1) > 0));
        if (found is not var (seq, hadPayload))
        {
            return null;
        }

        var canceled = _cancel.Bind(seq).Bind(now).Execute();
        return new PayloadErasure(hadPayload, payloads.Remove(seq), canceled);
    }

    /// <summary>Erases some of what a tenant has.</summary>
    public TenantRows EraseTenant(string tenantId, int limit)
    {
        var (endpoints, subscriptions) = EraseEndpoints(tenantId, limit);
        var erased = new TenantRows
        {
            Endpoints = endpoints,
            Ids = subscriptions,
            Replays = _deleteReplays.Bind(tenantId).Bind(limit).Execute(),
            RateLimits = _deleteRates.Bind(tenantId).Bind(limit).Execute(),
        };
        erased += EraseMessages(tenantId, limit);

        // The names outlive their endpoints, because deliveries refer to them.
        return erased.Total > 0 ? erased : new TenantRows { Ids = EraseNames(tenantId, limit) };
    }

    private (int Endpoints, int Subscriptions) EraseEndpoints(string tenantId, int limit)
    {
        var endpoints = _findEndpoints.Bind(tenantId).Bind(limit).Read(static row => row.Int64(0));
        var subscriptions = 0;
        foreach (var seq in endpoints)
        {
            subscriptions += _deleteSubscriptions.Bind(seq).Execute();
            _deleteEndpoint.Bind(seq).Execute();
        }

        if (endpoints.Count > 0)
        {
            fanOut.EndpointChanged(tenantId);
        }

        return (endpoints.Count, subscriptions);
    }

    /// <summary>A message goes with all its deliveries, and counts as many rows as there are of it.</summary>
    private TenantRows EraseMessages(string tenantId, int limit)
    {
        var erased = new TenantRows();
        foreach (var seq in _findMessages.Bind(tenantId).Bind(limit).Read(static row => row.Int64(0)))
        {
            if (erased.Total >= limit)
            {
                break;
            }

            erased += new TenantRows
            {
                Attempts = _deleteAttempts.Bind(seq).Execute(),
                Deliveries = _deleteDeliveries.Bind(seq).Execute(),
                Messages = _deleteMessage.Bind(seq).Execute(),
            };
        }

        return erased;
    }

    private int EraseNames(string tenantId, int limit)
    {
        var names = _findNames.Bind(tenantId).Bind(limit).Read(static row => row.Int64(0));
        names.ForEach(seq => _deleteName.Bind(seq).Execute());
        return names.Count;
    }
}
