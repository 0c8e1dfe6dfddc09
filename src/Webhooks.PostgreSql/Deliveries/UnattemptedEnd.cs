using Webhooks.Dispatching;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>
/// Ends deliveries in the statement that meets them, without another attempt: those whose message has expired or whose endpoint is gone
/// are canceled; those that are sent at most once and whose lease was lost have failed.
/// </summary>
internal static class UnattemptedEnd
{
    /// <summary>Two parts of a WITH, <c>ended</c> and <c>history</c>.</summary>
    /// <param name="places">What selects the places (ctid) of the pending deliveries.</param>
    /// <param name="now">The parameter of the time.</param>
    public static string Sql(string places, string now) =>
        $$"""
        ended AS (
          DELETE FROM {schema}.pending
          WHERE ctid = ANY(ARRAY({{places}}))
          RETURNING *, coalesce(at_most_once AND owner IS NOT NULL, false) AS is_interrupted
        ),
        history AS (
          INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
            created_at, completed_at, last_status_code, last_error, last_duration, cancel_reason)
          SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type,
            CASE WHEN is_interrupted THEN {{(int)DeliveryStatus.Failed}} ELSE {{(int)DeliveryStatus.Canceled}} END,
            attempt_count + is_interrupted::int, created_at, {{now}}, CASE WHEN NOT is_interrupted THEN last_status_code END,
            CASE WHEN is_interrupted THEN {{(int)AttemptError.Interrupted}} ELSE last_error END,
            CASE WHEN NOT is_interrupted THEN last_duration END,
            CASE
              WHEN is_interrupted THEN NULL
              WHEN expires_at <= {{now}} THEN {{(int)CancelReason.Expired}}
              ELSE {{(int)CancelReason.EndpointDeleted}}
            END
          FROM ended
        )
        """;
}
