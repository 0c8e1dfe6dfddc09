using Npgsql;
using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Replay;

/// <summary>A delivery that has ended, with what it needs to be sent again. Whether there is a payload is null where the message is gone.</summary>
internal sealed record EndedRow(
    Guid Key,
    DateTimeOffset CreatedAt,
    string EndpointId,
    string EventType,
    DeliveryStatus Status,
    int AttemptCount,
    long EndpointSeq,
    int? EndpointStatus,
    bool IsPaused,
    bool? HasPayload,
    CancelReason? CancelReason,
    DateTimeOffset? DeliverAt,
    DateTimeOffset? ExpiresAt,
    bool IsAtMostOnce,
    bool IsTest)
{
    public static EndedRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.Time(1),
        row.GetString(2),
        row.GetString(3),
        (DeliveryStatus)row.GetInt16(4),
        row.GetInt32(5),
        row.IsDBNull(6) ? 0 : row.GetInt64(6),
        row.IsDBNull(7) ? null : row.GetInt16(7),
        row.GetBoolean(8),
        row.IsDBNull(9) ? null : row.GetBoolean(9),
        row.IsDBNull(10) ? null : (CancelReason)row.GetInt16(10),
        row.NullableTime(11),
        row.NullableTime(12),
        IsAtMostOnce: !row.IsDBNull(13),
        IsTest: !row.IsDBNull(14));
}
