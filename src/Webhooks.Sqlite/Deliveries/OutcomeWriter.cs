using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Ends leases. Every change is fenced: a lease is named by its owner and the number of its attempt.</summary>
internal sealed class OutcomeWriter(SqliteSession session)
{
    public const string CompleteSql =
        """
        UPDATE webhook_delivery
        SET status = ?4, attempt_count = ?3, due_at = ?5, owner = NULL, completed_at = ?6, last_status_code = ?7,
          last_error = ?8, last_duration = ?9
        WHERE id = ?1 AND owner = ?2 AND attempt_count = ?3 - 1 AND status = 0 AND tenant_id = ?10
        """;

    public const string ReleaseSql =
        """
        UPDATE webhook_delivery SET due_at = ?4, owner = NULL
        WHERE id = ?1 AND owner = ?2 AND attempt_count = ?3 - 1 AND status = 0
        """;

    private readonly Statement _complete = session.Prepare(CompleteSql);
    private readonly Statement _release = session.Prepare(ReleaseSql);

    private readonly Statement _insertAttempt = session.Prepare(
        """
        INSERT INTO webhook_attempt (message_seq, ordinal, number, id, started_at, duration, status_code, error,
          error_message, is_truncated, response)
        SELECT message_seq, ordinal, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM webhook_delivery WHERE id = ?1
        """);

    public IReadOnlyList<bool> Complete(string owner, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        var results = new bool[outcomes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Complete(owner, outcomes[i]);
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
            released += _release.Bind(delivery.Id).Bind(owner).Bind(delivery.AttemptNumber).Bind(dueAt).Execute();
        }

        return released;
    }

    /// <summary>
    /// Looks the delivery up twice, because <c>RETURNING</c> costs more: SQLite makes a table for what is returned, each time.
    /// </summary>
    private bool Complete(string owner, DeliveryOutcome outcome)
    {
        var attempt = outcome.Attempt;
        var isEffective = _complete
            .Bind(attempt.DeliveryId)
            .Bind(owner)
            .Bind(attempt.Number)
            .Bind((long)outcome.Status)
            .Bind(outcome.RetryAt)
            .Bind(outcome.Status == DeliveryStatus.Pending ? null : attempt.StartedAt + attempt.Duration)
            .Bind(attempt.StatusCode)
            .Bind((long)attempt.Error)
            .Bind(attempt.Duration)
            .Bind(attempt.TenantId)
            .Execute() > 0;
        if (!isEffective)
        {
            return false;
        }

        _insertAttempt
            .Bind(attempt.DeliveryId)
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

        return true;
    }
}
