using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.PostgreSql;

/// <content>What is sent again.</content>
public sealed partial class PostgreSqlWebhookStore
{
    /// <inheritdoc/>
    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken) =>
        _ended.ResendAsync(tenantId, deliveryId, now, resendId, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> InsertReplayAsync(ReplayJob job, CancellationToken cancellationToken) => _replays.InsertAsync(job, cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayJob?> GetReplayAsync(string tenantId, string jobId, CancellationToken cancellationToken) =>
        _replays.GetAsync(tenantId, jobId, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ReplayJob>> ListReplaysAsync(ReplayQuery query, CancellationToken cancellationToken) =>
        _replays.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayJob?> CancelReplayAsync(
        string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _replays.CancelAsync(tenantId, jobId, now, cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayTurnResult> RunReplayAsync(ReplayTurn turn, CancellationToken cancellationToken) =>
        _replayRunner.RunAsync(turn, cancellationToken);

    /// <inheritdoc/>
    public Task<int> PruneReplaysAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _replays.PruneAsync(endedBefore, limit, cancellationToken);
}
