using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>A pending delivery that a claim has met.</summary>
internal sealed record PendingDelivery(
    long MessageSeq, long Ordinal, string Id, int AttemptCount, string EndpointId, PendingDelivery.EndpointState? Endpoint, string? Resend)
{
    /// <summary>What a query yields for it, of the tables d (delivery), n (endpoint name) and e (endpoint).</summary>
    public const string Columns = "d.message_seq, d.ordinal, d.id, d.attempt_count, n.id, e.version, e.status, e.paused_until, d.resend";

    public static PendingDelivery Read(Statement row) => new(
        row.Int64(0),
        row.Int64(1),
        row.Text(2),
        row.Int32(3),
        row.Text(4),
        row.IsNull(5) ? null : new EndpointState(row.Int64(5), IsHolding: row.Int64(6) != 0 || !row.IsNull(7)),
        row.NullableText(8));

    /// <summary>Its endpoint; null where that was deleted.</summary>
    internal sealed record EndpointState(long Version, bool IsHolding);
}
