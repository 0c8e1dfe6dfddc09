using Webhooks.Sqlite.Connections;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Shares out time for rate limits.</summary>
internal sealed class RateWriter(SqliteSession session)
{
    private readonly Statement _reserve = session.Prepare(
        """
        INSERT INTO webhook_rate (tenant_id, endpoint_id, pace, end_at)
        VALUES (?1, ?2, ?3, ?4 + ?5)
        ON CONFLICT DO UPDATE
        SET end_at = CASE WHEN pace = ?3 THEN max(end_at, ?4) ELSE ?4 END + ?5, pace = ?3
        RETURNING end_at
        """);

    private readonly Statement _prune = session.Prepare(
        """
        DELETE FROM webhook_rate WHERE (tenant_id, endpoint_id) IN (
          SELECT tenant_id, endpoint_id FROM webhook_rate WHERE end_at < ?1 LIMIT ?2)
        """);

    private readonly Statement _delete = session.Prepare("DELETE FROM webhook_rate WHERE tenant_id = ?1 AND endpoint_id = ?2");

    public IReadOnlyList<DateTimeOffset> Reserve(DateTimeOffset now, IReadOnlyList<RateReservation> reservations)
    {
        var starts = new DateTimeOffset[reservations.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            var (tenantId, endpointId, interval, length) = reservations[i];
            starts[i] = _reserve
                .Bind(tenantId)
                .Bind(endpointId ?? string.Empty)
                .Bind(interval.Ticks)
                .Bind(now)
                .Bind(length)
                .ReadOne(static row => row.Time(0)) - length;
        }

        return starts;
    }

    /// <summary>Deletes lines that have ended. They are few, and an index by their ends would be written with every reservation.</summary>
    /// <returns>How many there were.</returns>
    public int Prune(DateTimeOffset endedBefore, int limit) => _prune.Bind(endedBefore).Bind(limit).Execute();

    public void Delete(EndpointKey endpoint) => _delete.Bind(endpoint.TenantId).Bind(endpoint.EndpointId).Execute();
}
