using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Endpoints;

/// <summary>Changes endpoints.</summary>
internal sealed class EndpointWriter(SqliteSession session, FanOut fanOut, RateWriter rates)
{
    /// <summary>How many deliveries of a deleted endpoint are canceled at once: others who write wait for no more.</summary>
    public const int Portion = 2_000;

    public const string HeldSql =
        """
        SELECT message_seq, ordinal FROM webhook_delivery
        WHERE endpoint_seq = ?2 AND tenant_id = ?1 AND status = 0 AND due_at IS NULL
        ORDER BY message_seq, ordinal
        LIMIT ?4
        """;

    public const string PendingSql =
        """
        SELECT message_seq, ordinal FROM webhook_delivery
        WHERE tenant_id = ?1 AND endpoint_seq = ?2 AND status = 0 AND status <> 1
        LIMIT ?4
        """;

    /// <summary>Rows of a table without row ids are named by their key.</summary>
    private const string CancelSql =
        """
        UPDATE webhook_delivery SET status = 3, due_at = NULL, owner = NULL, sent = NULL, completed_at = ?3, cancel_reason = ?5
        WHERE (message_seq, ordinal) IN
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

    private readonly Statement _delete = session.Prepare("DELETE FROM webhook_endpoint WHERE seq = ?1 AND (?2 IS NULL OR version = ?2)");

    private readonly Statement _subscribe =
        session.Prepare("INSERT INTO webhook_subscription (endpoint_seq, pattern, tenant_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");

    private readonly Statement _unsubscribe = session.Prepare("DELETE FROM webhook_subscription WHERE endpoint_seq = ?1");

    private readonly Statement _exists = session.Prepare("SELECT 1 FROM webhook_endpoint WHERE seq = ?1");

    private readonly Statement _cancelHeld = session.Prepare($"{CancelSql} ({HeldSql})");

    private readonly Statement _cancelPending = session.Prepare($"{CancelSql} ({PendingSql})");

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
        var wasThere = _addName.Bind(endpoint.TenantId).Bind(endpoint.Id).Execute() == 0;
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
            while (wasThere && Cancel(stored.Key, seq, endpoint.CreatedAt, Portion, CancelReason.EndpointDeleted) == Portion)
            {
                // What a deleted endpoint of this id has left is not for this one.
            }

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

    /// <summary>Deletes an endpoint, and cancels a portion of what is pending for it.</summary>
    /// <returns>How many were canceled: a <see cref="Portion"/> if more is left; null when there is no such endpoint, or one of another version.</returns>
    public int? Delete(EndpointKey key, long? expectedVersion, DateTimeOffset now)
    {
        if (FindSeq(key) is not { } seq || _delete.Bind(seq).Bind(expectedVersion).Execute() == 0)
        {
            return null;
        }

        _unsubscribe.Bind(seq).Execute();
        rates.Delete(key);
        fanOut.EndpointChanged(key.TenantId);
        return Cancel(key, seq, now, Portion, CancelReason.EndpointDeleted);
    }

    /// <summary>Cancels a portion of what is left of a deleted endpoint.</summary>
    /// <returns>How many were canceled: a <see cref="Portion"/> if more is left.</returns>
    public int CancelOfDeleted(EndpointKey key, DateTimeOffset now) =>
        FindSeq(key) is { } seq && _exists.Bind(seq).ReadOne(static row => (long?)row.Int64(0)) is null
            ? Cancel(key, seq, now, Portion, CancelReason.EndpointDeleted)
            : 0;

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
        FindSeq(key) is { } seq ? Cancel(key, seq, now, limit, CancelReason.Dropped) : 0;

    /// <summary>What is held first, which is most of a large backlog and is found at once.</summary>
    private int Cancel(EndpointKey key, long seq, DateTimeOffset now, int limit, CancelReason reason)
    {
        var canceled = _cancelHeld.Bind(key.TenantId).Bind(seq).Bind(now).Bind(limit).Bind((long)reason).Execute();
        return canceled < limit
            ? canceled + _cancelPending.Bind(key.TenantId).Bind(seq).Bind(now).Bind(limit - canceled).Bind((long)reason).Execute()
            : canceled;
    }

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
