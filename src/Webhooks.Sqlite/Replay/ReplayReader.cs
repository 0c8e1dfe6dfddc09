using Webhooks.Replay;
using Webhooks.Sqlite.Connections;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Replay;

/// <summary>Reads replays.</summary>
internal static class ReplayReader
{
    public const string Columns =
        """
        seq, tenant_id, id, status, selection, endpoint_id, event_type, since, until, created_at, completed_at, reached_at,
        replayed_count, skipped_count
        """;

    public const string GetSql = $"SELECT {Columns} FROM webhook_replay WHERE tenant_id = ?1 AND id = ?2";

    /// <summary>There are few of them, and retention removes the old ones.</summary>
    public const string ListSql =
        $"""
        SELECT {Columns} FROM webhook_replay
        WHERE tenant_id = ?1 AND seq < ?2 AND (?3 IS NULL OR status = ?3)
        ORDER BY seq DESC
        LIMIT ?4
        """;

    private const string ListName = "replays";

    public static ReplayJob? Get(SqliteSession session, string tenantId, string jobId) =>
        session.Prepare(GetSql).Bind(tenantId).Bind(jobId).ReadOne(Read);

    public static Page<ReplayJob> List(SqliteSession session, ReplayQuery query)
    {
        var rows = session.Prepare(ListSql)
            .Bind(query.TenantId)
            .Bind(query.Cursor is null ? long.MaxValue : PageCursor.Decode<long>(ListName, query.Cursor))
            .Bind((long?)query.Status)
            .Bind(query.Limit + 1)
            .Read(static row => (Seq: row.Int64(0), Job: Read(row)));
        return new Page<ReplayJob>(
            [.. rows.Take(query.Limit).Select(static row => row.Job)],
            rows.Count > query.Limit ? PageCursor.Encode(ListName, rows[query.Limit - 1].Seq) : null);
    }

    public static ReplayJob Read(Statement row) => new()
    {
        Id = row.Text(2),
        Request = new ReplayRequest
        {
            TenantId = row.Text(1),
            Selection = (ReplaySelection)row.Int32(4),
            EndpointId = row.NullableText(5),
            EventType = row.NullableText(6),
            Since = row.NullableTime(7),
            Until = row.Time(8),
        },
        Status = (ReplayStatus)row.Int32(3),
        CreatedAt = row.Time(9),
        CompletedAt = row.NullableTime(10),
        ReachedAt = row.NullableTime(11),
        ReplayedCount = row.Int64(12),
        SkippedCount = row.Int64(13),
    };
}
