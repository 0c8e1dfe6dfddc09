using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Messages;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Ends leases. Every change is fenced: a lease is named by its owner and the number of its attempt.</summary>
internal sealed class OutcomeWriter(SqliteSession session, MessageAppender messages)
{
    public const string CompleteSql =
        $"""
        UPDATE webhook_delivery AS d
        SET status = ?8, attempt_count = ?7, due_at = CASE WHEN d.due_at IS NULL THEN NULL ELSE ?9 END, owner = NULL, completed_at = ?10, last_status_code = ?11,
          last_error = ?12, last_duration = ?13, cancel_reason = ?14,
          sent = CASE WHEN ?8 = 0 THEN coalesce(?15, d.sent) END
        WHERE {DeliveryKey.Condition} AND d.tenant_id = ?5 AND d.owner = ?6 AND d.attempt_count = ?7 - 1 AND d.status = 0
        """;

    public const string ReleaseSql =
        $"""
        UPDATE webhook_delivery AS d SET due_at = CASE WHEN d.due_at IS NULL THEN NULL ELSE ?7 END, owner = NULL
        WHERE {DeliveryKey.Condition} AND d.owner = ?5 AND d.attempt_count = ?6 - 1 AND d.status = 0
        """;

    /// <summary>A delivery that is pending and not due now was leased in order.</summary>
    public const string PauseForRetrySql =
        $"""
        UPDATE webhook_endpoint SET paused_until = ?5, paused_by = NULL, pause_reason = 3
        WHERE seq = (SELECT d.endpoint_seq FROM webhook_delivery d WHERE {DeliveryKey.Condition} AND d.due_at IS NULL AND d.status = 0)
          AND (paused_until IS NULL OR pause_reason = 0 OR paused_until < ?5)
        """;

    public const string GiveBackSql =
        $"""
        UPDATE webhook_endpoint SET paused_until = ?5, paused_by = NULL, pause_reason = 0
        WHERE seq = (SELECT d.endpoint_seq FROM webhook_delivery d WHERE {DeliveryKey.Condition} AND d.due_at IS NULL AND d.status = 0)
          AND paused_by = ?6
        """;

    private readonly Statement _complete = session.Prepare(CompleteSql);
    private readonly Statement _release = session.Prepare(ReleaseSql);
    private readonly Statement _pauseForRetry = session.Prepare(PauseForRetrySql);
    private readonly Statement _giveBack = session.Prepare(GiveBackSql);

    private readonly Statement _insertAttempt = session.Prepare(
        """
        INSERT INTO webhook_attempt (message_seq, ordinal, number, id, started_at, duration, status_code, error,
          error_message, is_truncated, response)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """);

    public IReadOnlyList<bool> Complete(string owner, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        var results = new bool[outcomes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = messages.Announce(outcomes[i].Announcement, Complete(owner, outcomes[i]));
        }

        return results;
    }

    /// <summary>Gives leases back without an attempt.</summary>
    /// <returns>How many leases were given back.</returns>
    public int Release(string owner, IReadOnlyList<DeliveryRelease> releases)
    {
        var released = 0;
        foreach (var (delivery, dueAt) in releases)
        {
            if (DeliveryKey.TryParse(delivery.Id, out var key))
            {
                var count = key.Bind(_release).Bind(owner).Bind(delivery.AttemptNumber).Bind(dueAt).Execute();
                released += count;
                if (count > 0 && delivery.IsOrdered)
                {
                    key.Bind(_giveBack).Bind(dueAt).Bind(owner).Execute();
                }
            }
        }

        return released;
    }

    private bool Complete(string owner, DeliveryOutcome outcome)
    {
        var attempt = outcome.Attempt;
        if (!DeliveryKey.TryParse(attempt.DeliveryId, out var key))
        {
            return false;
        }

        key.Bind(_complete)
            .Bind(attempt.TenantId)
            .Bind(owner)
            .Bind(attempt.Number)
            .Bind((long)outcome.Status)
            .Bind(outcome.RetryAt)
            .Bind(outcome.Status == DeliveryStatus.Pending ? null : attempt.StartedAt + attempt.Duration)
            .Bind(attempt.StatusCode)
            .Bind((long)attempt.Error)
            .Bind(outcome.IsAttemptKnown ? (long?)attempt.Duration.TotalMilliseconds : null)
            .Bind((long?)outcome.CancelReason);
        var isEffective = (outcome.Sent is { } sent ? _complete.Bind(sent.ToBytes()) : _complete.Bind((string?)null)).Execute() > 0;
        if (!isEffective)
        {
            return false;
        }

        if (outcome.RetryAt is { } retryAt)
        {
            key.Bind(_pauseForRetry).Bind(retryAt).Execute();
        }

        if (outcome.IsAttemptKnown)
        {
            Log(key, attempt);
        }

        return true;
    }

    private void Log(DeliveryKey key, DeliveryAttempt attempt)
    {
        _insertAttempt
            .Bind(key.MessageSeq)
            .Bind(key.Ordinal)
            .Bind(attempt.Number)
            .Bind(attempt.Id)
            .Bind(attempt.StartedAt)
            .Bind(attempt.Duration)
            .Bind(attempt.StatusCode)
            .Bind((long)attempt.Error)
            .Bind(attempt.ErrorMessage)
            .Bind(attempt.IsResponseTruncated);
        if (attempt.ResponseExcerpt.IsEmpty)
        {
            _insertAttempt.Bind((string?)null).Execute();
        }
        else
        {
            _insertAttempt.Bind(attempt.ResponseExcerpt.Span).Execute();
        }
    }
}
