using Webhooks.Replay;
using Webhooks.Sqlite.Replay;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <content>What is sent again.</content>
public sealed partial class SqliteWebhookStore
{
    /// <inheritdoc/>
    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Ended.Resend(tenantId, deliveryId, now, resendId), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> InsertReplayAsync(ReplayJob job, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Replays.Insert(job), cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayJob?> GetReplayAsync(string tenantId, string jobId, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => ReplayReader.Get(session, tenantId, jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ReplayJob>> ListReplaysAsync(ReplayQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => ReplayReader.List(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayJob?> CancelReplayAsync(
        string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Replays.Cancel(tenantId, jobId, now), cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayTurnResult> RunReplayAsync(ReplayTurn turn, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Replays.Run(turn), cancellationToken);

    /// <inheritdoc/>
    public Task<int> PruneReplaysAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Replays.Prune(endedBefore, limit), cancellationToken);
}
