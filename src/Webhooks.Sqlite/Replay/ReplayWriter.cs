using System.Globalization;
using Webhooks.Replay;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Log;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Replay;

/// <summary>Starts, ends and removes replays, and gives them their turns.</summary>
internal sealed class ReplayWriter(SqliteSession session, EndedReplay ended, NeverSentReplay neverSent)
{
    private const string DueSql =
        $"""
        SELECT {ReplayReader.Columns}, due_at, blocked_since, position FROM webhook_replay INDEXED BY webhook_replay_due
        WHERE status = 0 ORDER BY due_at, seq LIMIT 1
        """;

    private const string PruneSql =
        "DELETE FROM webhook_replay WHERE seq IN (SELECT seq FROM webhook_replay WHERE completed_at < ?1 ORDER BY completed_at LIMIT ?2)";

    private readonly Statement _insert = session.Prepare(
        """
        INSERT INTO webhook_replay (tenant_id, id, status, selection, endpoint_id, event_type, since, until, created_at,
          replayed_count, skipped_count, due_at)
        VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?8)
        ON CONFLICT DO NOTHING
        """);

    private readonly Statement _cancel = session.Prepare(
        "UPDATE webhook_replay SET status = 2, completed_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND status = 0");

    private readonly Statement _due = session.Prepare(DueSql);

    private readonly Statement _update = session.Prepare(
        """
        UPDATE webhook_replay
        SET status = ?2, completed_at = ?3, reached_at = ?4, replayed_count = ?5, skipped_count = ?6, due_at = ?7, blocked_since = ?8,
          position = ?9
        WHERE seq = ?1
        """);

    private readonly Statement _prune = session.Prepare(PruneSql);

    public bool Insert(ReplayJob job) =>
        _insert
            .Bind(job.Request.TenantId)
            .Bind(job.Id)
            .Bind((long)job.Request.Selection)
            .Bind(job.Request.EndpointId)
            .Bind(job.Request.EventType)
            .Bind(job.Request.Since)
            .Bind(job.Request.Until)
            .Bind(job.CreatedAt)
            .Execute() > 0;

    public ReplayJob? Cancel(string tenantId, string jobId, DateTimeOffset now)
    {
        _cancel.Bind(tenantId).Bind(jobId).Bind(now).Execute();
        return ReplayReader.Get(session, tenantId, jobId);
    }

    public int Prune(DateTimeOffset endedBefore, int limit) => _prune.Bind(endedBefore).Bind(limit).Execute();

    public ReplayTurnResult Run(ReplayTurn turn)
    {
        var due = _due.ReadOne(static row => new DueReplay(
            row.Int64(0), ReplayReader.Read(row), row.Time(14), row.NullableTime(15), row.NullableText(16)));
        if (due is null || due.DueAt > turn.Now)
        {
            return new ReplayTurnResult(Job: null, 0, due?.DueAt);
        }

        var plan = new ReplayPlan(due.Job, turn, due.BlockedSince);
        var position = due.Position is null
            ? new RowPosition(due.Job.Request.Since?.ToUnixTimeMilliseconds() ?? long.MinValue, long.MinValue, long.MinValue)
            : RowPosition.Parse(due.Position, CultureInfo.InvariantCulture);
        var hasMore = due.Job.Request.Selection == ReplaySelection.NeverSent
            ? neverSent.Run(due.Job.Request, plan, turn, ref position)
            : ended.Run(due.Job.Request, plan, turn, ref position);
        var result = plan.End(hasMore);
        var job = result.Job!;
        _update
            .Bind(due.Seq)
            .Bind((long)job.Status)
            .Bind(job.CompletedAt)
            .Bind(job.ReachedAt)
            .Bind(job.ReplayedCount)
            .Bind(job.SkippedCount)
            .Bind(plan.DueAt)
            .Bind(plan.BlockedSince)
            .Bind(position.ToString())
            .Execute();
        return result;
    }

    private sealed record DueReplay(long Seq, ReplayJob Job, DateTimeOffset DueAt, DateTimeOffset? BlockedSince, string? Position);
}
