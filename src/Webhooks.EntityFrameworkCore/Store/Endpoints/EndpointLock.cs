using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;

namespace Webhooks.EntityFrameworkCore.Store.Endpoints;

/// <summary>
/// Keeps the pause of an endpoint from ending before a transaction does: a delivery that is held when its pause has ended would
/// never be found. Whoever ends a pause changes the row too.
/// </summary>
internal static class EndpointLock
{
    /// <summary>Locks an endpoint, and makes the next claim take it over if it is ordered, enabled and not paused.</summary>
    /// <param name="context">In whose transaction.</param>
    /// <param name="endpointKey">Which endpoint.</param>
    /// <param name="now">Until when it becomes paused, if it does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<EndpointHold> TakeAsync(DbContext context, Guid endpointKey, long now, CancellationToken cancellationToken)
    {
        var endpoint = context.Set<EndpointRow>().Where(row => row.Key == endpointKey);
        if (await endpoint
            .Where(static row => row.IsOrdered && row.Status == (int)EndpointStatus.Enabled && row.PausedUntil == null)
            .ExecuteUpdateAsync(
                update => update
                    .SetProperty(static row => row.PausedUntil, now)
                    .SetProperty(static row => row.PausedBy, (Guid?)null)
                    .SetProperty(static row => row.PauseReason, (int)PauseReason.Backlog),
                cancellationToken).ConfigureAwait(false) > 0)
        {
            return EndpointHold.First;
        }

        return await endpoint
            .Where(static row => row.PausedUntil != null || row.Status != (int)EndpointStatus.Enabled)
            .ExecuteUpdateAsync(
                static update => update.SetProperty(static row => row.Guard, static row => row.Guard + 1),
                cancellationToken).ConfigureAwait(false) > 0
                ? EndpointHold.Held
                : EndpointHold.None;
    }
}
