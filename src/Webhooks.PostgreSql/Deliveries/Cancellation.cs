using Webhooks.Dispatching;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Cancels deliveries in the statement that meets them: those whose message has expired or whose endpoint is gone.</summary>
internal static class Cancellation
{
    /// <summary>
    /// Whether a pending delivery, <c>p</c>, may have been sent, by a dispatcher that was lost, and is not to be sent twice.
    /// </summary>
    public const string IsInterrupted = "(p.at_most_once IS NOT NULL AND p.owner IS NOT NULL)";

    /// <summary>
    /// Whether it is too late to send a pending delivery, <c>p</c>. What may have been sent has failed, however late it is.
    /// </summary>
    /// <param name="now">The parameter of the time.</param>
    public static string IsExpired(string now) => $"(coalesce(p.expires_at <= {now}, false) AND NOT {IsInterrupted})";

    /// <summary>Two parts of a WITH, <c>canceled</c> and <c>history</c>.</summary>
    /// <param name="places">What selects the places (ctid) of the pending deliveries.</param>
    /// <param name="now">The parameter of the time.</param>
    public static string Sql(string places, string now) =>
        $$"""
        canceled AS (
          DELETE FROM {schema}.pending
          WHERE ctid = ANY(ARRAY({{places}}))
          RETURNING *
        ),
        history AS (
          INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
            created_at, completed_at, last_status_code, last_error, last_duration, cancel_reason)
          SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, {{(int)DeliveryStatus.Canceled}}, attempt_count,
            created_at, {{now}}, last_status_code, last_error, last_duration,
            CASE WHEN expires_at <= {{now}} THEN {{(int)CancelReason.Expired}} ELSE {{(int)CancelReason.EndpointDeleted}} END
          FROM canceled
        )
        """;
}
