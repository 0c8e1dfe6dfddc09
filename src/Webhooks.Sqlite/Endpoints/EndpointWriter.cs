using Webhooks.Endpoints;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Endpoints;

/// <summary>Changes endpoints.</summary>
internal sealed class EndpointWriter(SqliteSession session, FanOut fanOut, RateWriter rates)
{
    public const string CancelSql =
        """
        UPDATE webhook_delivery SET status = 3, due_at = NULL, owner = NULL, completed_at = ?3, cancel_reason = 0
        WHERE tenant_id = ?1 AND endpoint_seq = ?2 AND status = 0 AND status <> 1
        """;

    /// <summary>Rows of a table without row ids are named by their key.</summary>
    public const string CancelSomeSql =
        """
        UPDATE webhook_delivery SET status = 3, due_at = NULL, owner = NULL, completed_at = ?3, cancel_reason = 1
        WHERE (message_seq, ordinal) IN (
          SELECT message_seq, ordinal FROM webhook_delivery
          WHERE tenant_id = ?1 AND endpoint_seq = ?2 AND status = 0 AND status <> 1
          LIMIT ?4)
        """;

    private readonly Statement _addName =
        session.Prepare("INSERT INTO webhook_endpoint_name (tenant_id, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING");

    private readonly Statement _findName =
        session.Prepare("SELECT seq FROM webhook_endpoint_name WHERE tenant_id = ?1 AND id = ?2");

    private readonly Statement _insert = session.Prepare(
        """
        INSERT INTO webhook_endpoint (seq, tenant_id, version, status, disabled_reason, created_at, updated_at, channels,
          settings, secrets, secrets_expire_at, is_ordered)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT DO NOTHING
        """);

    private readonly Statement _replace = session.Prepare(
        """
        UPDATE webhook_endpoint
        SET version = ?3, status = ?4, disabled_reason = ?5, updated_at = ?6, channels = ?7, settings = ?8, secrets = ?9,
          secrets_expire_at = ?10, is_ordered = ?11,
          paused_until = CASE WHEN status = 1 AND ?4 = 0 AND (?11 = 0 OR paused_by IS NULL) THEN ?6 ELSE paused_until END,
          paused_by = CASE WHEN status = 1 AND ?4 = 0 AND ?11 = 0 THEN NULL ELSE paused_by END,
          pause_reason = CASE WHEN status = 1 AND ?4 = 0 THEN 0 ELSE pause_reason END,
          failing_since = CASE WHEN status = 1 AND ?4 = 0 THEN NULL ELSE failing_since END
        WHERE seq = ?1 AND version = ?2
        """);

    private readonly Statement _delete = session.Prepare("DELETE FROM webhook_endpoint WHERE seq = ?1");

    private readonly Statement _subscribe =
        session.Prepare("INSERT INTO webhook_subscription (endpoint_seq, pattern, tenant_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");

    private readonly Statement _unsubscribe = session.Prepare("DELETE FROM webhook_subscription WHERE endpoint_seq = ?1");

    private readonly Statement _cancel = session.Prepare(CancelSql);

    private readonly Statement _cancelSome = session.Prepare(CancelSomeSql);

    private readonly Statement _isPaused =
        session.Prepare("SELECT paused_until IS NOT NULL FROM webhook_endpoint WHERE seq = ?1");

    private readonly Statement _pause = session.Prepare(
        """
        UPDATE webhook_endpoint SET paused_until = ?2, paused_by = ?3, pause_reason = ?4
        WHERE seq = ?1 AND (?5 IS NULL OR version = ?5)
          AND (paused_until IS NULL OR pause_reason = 0 OR (?4 <> 0 AND paused_until < ?2))
          AND (is_ordered = 0 OR ?4 <> 0 OR paused_by IS NULL OR paused_by IS ?3)
        """);

    private readonly Statement _markFailing =
        session.Prepare("UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, ?2) WHERE seq = ?1");

    private readonly Statement _clearFailing =
        session.Prepare("UPDATE webhook_endpoint SET failing_since = NULL WHERE seq = ?1");

    public bool Insert(StoredEndpoint stored)
    {
        var endpoint = stored.Endpoint;
        _addName.Bind(endpoint.TenantId).Bind(endpoint.Id).Execute();
        var seq = FindSeq(stored.Key)!.Value;
        var inserted = _insert
            .Bind(seq)
            .Bind(endpoint.TenantId)
            .Bind(endpoint.Version)
            .Bind((long)endpoint.Status)
            .Bind(endpoint.DisabledReason)
            .Bind(endpoint.CreatedAt)
            .Bind(endpoint.UpdatedAt)
            .Bind(ChannelList.Write(endpoint.Settings.Channels))
            .Bind(EndpointDocument.Write(endpoint.Settings))
            .Bind(stored.Secrets)
            .Bind(stored.SecretsExpireAt)
            .Bind(endpoint.Settings.IsOrdered ? 1L : 0L)
            .Execute() > 0;
        if (inserted)
        {
            Subscribe(seq, endpoint);
            fanOut.EndpointChanged(endpoint.TenantId);
        }

        return inserted;
    }

    public bool Replace(StoredEndpoint stored, long expectedVersion)
    {
        var endpoint = stored.Endpoint;
        if (FindSeq(stored.Key) is not { } seq)
        {
            return false;
        }

        var replaced = _replace
            .Bind(seq)
            .Bind(expectedVersion)
            .Bind(endpoint.Version)
            .Bind((long)endpoint.Status)
            .Bind(endpoint.DisabledReason)
            .Bind(endpoint.UpdatedAt)
            .Bind(ChannelList.Write(endpoint.Settings.Channels))
            .Bind(EndpointDocument.Write(endpoint.Settings))
            .Bind(stored.Secrets)
            .Bind(stored.SecretsExpireAt)
            .Bind(endpoint.Settings.IsOrdered ? 1L : 0L)
            .Execute() > 0;
        if (replaced)
        {
            _unsubscribe.Bind(seq).Execute();
            Subscribe(seq, endpoint);
            fanOut.EndpointChanged(endpoint.TenantId);
        }

        return replaced;
    }

    public bool Delete(EndpointKey key, DateTimeOffset now)
    {
        if (FindSeq(key) is not { } seq || _delete.Bind(seq).Execute() == 0)
        {
            return false;
        }

        _unsubscribe.Bind(seq).Execute();
        _cancel.Bind(key.TenantId).Bind(seq).Bind(now).Execute();
        rates.Delete(key);
        fanOut.EndpointChanged(key.TenantId);
        return true;
    }

    public bool Pause(EndpointPause pause)
    {
        if (FindSeq(pause.Endpoint) is not { } seq
            || _isPaused.Bind(seq).ReadOne(static row => (bool?)(row.Int64(0) != 0)) is not { } isPaused)
        {
            return false;
        }

        var effective = _pause.Bind(seq).Bind(pause.Until).Bind(pause.Owner).Bind((long)pause.Reason).Bind(pause.EndpointVersion).Execute() > 0;
        if (!isPaused)
        {
            fanOut.EndpointChanged(pause.Endpoint.TenantId);
        }

        return effective;
    }

    public int MarkFailing(IReadOnlyList<FailureMark> marks)
    {
        var marked = 0;
        foreach (var (key, failingSince) in marks)
        {
            if (FindSeq(key) is { } seq)
            {
                marked += failingSince is { } time
                    ? _markFailing.Bind(seq).Bind(time).Execute()
                    : _clearFailing.Bind(seq).Execute();
            }
        }

        return marked;
    }

    public int CancelPending(EndpointKey key, DateTimeOffset now, int limit) =>
        FindSeq(key) is { } seq ? _cancelSome.Bind(key.TenantId).Bind(seq).Bind(now).Bind(limit).Execute() : 0;

    private long? FindSeq(EndpointKey key) =>
        _findName.Bind(key.TenantId).Bind(key.EndpointId).ReadOne(static row => (long?)row.Int64(0));

    private void Subscribe(long seq, WebhookEndpoint endpoint)
    {
        foreach (var pattern in endpoint.Settings.EventTypes)
        {
            _subscribe.Bind(seq).Bind(pattern).Bind(endpoint.TenantId).Execute();
        }
    }
}
