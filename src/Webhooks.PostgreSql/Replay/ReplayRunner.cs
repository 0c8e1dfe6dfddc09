using NpgsqlTypes;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Replay;

/// <summary>
/// Gives replays their turns. The replay's row is locked for the length of the turn, which keeps other instances away from it, and
/// is free again when this one dies.
/// </summary>
internal sealed class ReplayRunner(PostgreSqlDatabase database, EndedReplay ended, NeverSentReplay neverSent)
{
    /// <summary>All that an idle instance asks.</summary>
    private const string NextSql = "SELECT due_at FROM {schema}.replays WHERE status = 0 ORDER BY due_at, seq LIMIT 1";

    private const string TakeSql =
        $$"""
        SELECT {{ReplayTable.Columns}}, blocked_since, position FROM {schema}.replays
        WHERE status = 0 AND due_at <= $1
        ORDER BY due_at, seq
        LIMIT 1
        FOR UPDATE SKIP LOCKED
        """;

    private const string UpdateSql =
        """
        UPDATE {schema}.replays
        SET status = $3, completed_at = $4, reached_at = $5, replayed_count = $6, skipped_count = $7, due_at = $8, blocked_since = $9,
          position = $10
        WHERE tenant_id = $1 AND id = $2
        """;

    private readonly string _next = database.Sql(NextSql);
    private readonly string _take = database.Sql(TakeSql);
    private readonly string _update = database.Sql(UpdateSql);

    public async Task<ReplayTurnResult> RunAsync(ReplayTurn turn, CancellationToken cancellationToken)
    {
        var next = await database.RunOnSessionAsync(
            (session, cancellation) => session.ReadAsync(
                transaction: null, SqlExtensions.Statement(_next), static row => (DateTimeOffset?)row.Time(0), cancellation),
            cancellationToken).ConfigureAwait(false);
        return next is [{ } dueAt] && dueAt <= turn.Now
            ? await ReplayTransaction.RunAsync(database, transaction => RunAsync(transaction, turn), cancellationToken).ConfigureAwait(false)
            : new ReplayTurnResult(Job: null, 0, next.FirstOrDefault());
    }

    private async Task<ReplayTurnResult> RunAsync(ReplayTransaction transaction, ReplayTurn turn)
    {
        var taken = await transaction.ReadAsync(
            SqlExtensions.Statement(_take).WithTime(turn.Now),
            static row => (Job: ReplayTable.Read(row), BlockedSince: row.NullableTime(14), Position: row.IsDBNull(15) ? (Guid?)null : row.GetGuid(15)))
            .ConfigureAwait(false);
        if (taken is not [var (job, blockedSince, position)])
        {
            // Another instance has it, or has canceled it.
            return new ReplayTurnResult(Job: null, 0, turn.NextAt);
        }

        await ReplayLocks.TakeAsync(transaction, job.Request.TenantId).ConfigureAwait(false);
        var plan = new ReplayPlan(job, turn, blockedSince);
        var window = new ReplayWindow(
            job.Request,
            position ?? KeyTime.FirstKey(job.Request.Since ?? DateTimeOffset.UnixEpoch),
            KeyTime.EndKey(job.Request.Until!.Value));
        var (reached, hasMore) = job.Request.Selection == ReplaySelection.NeverSent
            ? await neverSent.RunAsync(transaction, window, plan, turn).ConfigureAwait(false)
            : await ended.RunAsync(transaction, window, plan, turn).ConfigureAwait(false);
        var result = plan.End(hasMore);
        var after = result.Job!;
        await transaction.ReadAsync(
            SqlExtensions.Statement(_update)
                .WithText(after.Request.TenantId)
                .WithText(after.Id)
                .WithInt((int)after.Status)
                .WithTime(after.CompletedAt)
                .WithTime(after.ReachedAt)
                .With(NpgsqlDbType.Bigint, after.ReplayedCount)
                .With(NpgsqlDbType.Bigint, after.SkippedCount)
                .WithTime(plan.DueAt)
                .WithTime(plan.BlockedSince)
                .WithKey(reached),
            static _ => 0).ConfigureAwait(false);
        return result;
    }
}
