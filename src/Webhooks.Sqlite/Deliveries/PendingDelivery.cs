using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>A pending delivery that a claim has met.</summary>
internal sealed record PendingDelivery(
    long MessageSeq,
    long Ordinal,
    string Id,
    int AttemptCount,
    string EndpointId,
    PendingDelivery.EndpointState? Endpoint,
    string? Resend,
    DateTimeOffset? ExpiresAt,
    bool IsInterrupted)
{
    /// <summary>What a query yields for it, of the tables d (delivery), n (endpoint name) and e (endpoint).</summary>
    public const string Columns =
        """
        d.message_seq, d.ordinal, d.tail, d.attempt_count, n.id, e.version, e.status, e.paused_until, d.created_at, d.resend,
        d.expires_at, d.at_most_once IS NOT NULL AND d.owner IS NOT NULL
        """;

    public static PendingDelivery Read(Statement row) => new(
        row.Int64(0),
        row.Int64(1),
        new DeliveryKey(row.Int64(8), row.Int64(0), row.Int32(1), row.Int32(2)).ToId(),
        row.Int32(3),
        row.Text(4),
        row.IsNull(5) ? null : new EndpointState(row.Int64(5), IsHolding: row.Int64(6) != 0 || !row.IsNull(7)),
        row.NullableText(9),
        row.NullableTime(10),
        row.Int64(11) != 0);

    /// <summary>Its endpoint; null where that was deleted.</summary>
    internal sealed record EndpointState(long Version, bool IsHolding);
}
