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
    bool IsAtMostOnce,
    bool HasOwner,
    byte[]? Sent)
{
    /// <summary>What a query yields for it, of the tables d (delivery), n (endpoint name) and e (endpoint).</summary>
    public const string Columns =
        """
        d.message_seq, d.ordinal, d.tail, d.attempt_count, n.id, e.version, e.status, e.paused_until, d.created_at, d.resend,
        e.is_ordered, d.endpoint_seq, d.expires_at, d.at_most_once IS NOT NULL, d.owner IS NOT NULL, d.sent
        """;

    /// <summary>Whether it may have been sent, by a dispatcher that was lost, and is not to be sent twice.</summary>
    public bool IsInterrupted => IsAtMostOnce && HasOwner;

    /// <summary>Whether it is too late to send it. What may have been sent has failed, however late it is.</summary>
    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now && !IsInterrupted;

    public static PendingDelivery Read(Statement row) => new(
        row.Int64(0),
        row.Int64(1),
        new DeliveryKey(row.Int64(8), row.Int64(0), row.Int32(1), row.Int32(2)).ToId(),
        row.Int32(3),
        row.Text(4),
        row.IsNull(5) ? null : new EndpointState(row.Int64(11), row.Int64(5), IsEnabled: row.Int64(6) == 0, IsPaused: !row.IsNull(7), IsOrdered: row.Int64(10) != 0),
        row.NullableText(9),
        row.NullableTime(12),
        IsAtMostOnce: row.Int64(13) != 0,
        HasOwner: row.Int64(14) != 0,
        Sent: row.IsNull(15) ? null : row.Bytes(15));

    /// <summary>Its endpoint; null where that was deleted.</summary>
    internal sealed record EndpointState(long Seq, long Version, bool IsEnabled, bool IsPaused, bool IsOrdered)
    {
        /// <summary>Whether its deliveries are held.</summary>
        public bool IsHolding => !IsEnabled || IsPaused || IsOrdered;
    }
}
