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
    /// <returns>False when deliveries to the endpoint must not be held, because it is neither paused nor disabled any more.</returns>
    public static async Task<bool> TryTakeAsync(DbContext context, Guid endpointKey, CancellationToken cancellationToken) =>
        await context.Set<EndpointRow>()
            .Where(endpoint => endpoint.Key == endpointKey
                && (endpoint.PausedUntil != null || endpoint.Status != (int)EndpointStatus.Enabled))
            .ExecuteUpdateAsync(
                static update => update.SetProperty(static endpoint => endpoint.Guard, static endpoint => endpoint.Guard + 1),
                cancellationToken).ConfigureAwait(false) > 0;
}
