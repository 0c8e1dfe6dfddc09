using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Replay;

/// <summary>The locks under which deliveries are sent again, until the transaction ends. Taken before any row is looked at.</summary>
internal static class ReplayLocks
{
    /// <summary>
    /// Keeps retention away, which shall not remove a message while one of its deliveries becomes pending. Several may hold it;
    /// retention gives up its turn then.
    /// </summary>
    private const string RetentionSql = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))";

    /// <summary>Waits for the locks: one is for all of a tenant's replays, so that two never send the same thing.</summary>
    public static async Task TakeAsync(ReplayTransaction transaction, string tenantId)
    {
        var database = transaction.Database;
        await transaction.ReadAsync(
            SqlExtensions.Statement(RetentionSql).WithText(AdvisoryLock.FullName(database, "retention")), static _ => 0).ConfigureAwait(false);
        await transaction.ReadAsync(AdvisoryLock.Take(database, $"replay:{tenantId}"), static _ => 0).ConfigureAwait(false);
    }
}
