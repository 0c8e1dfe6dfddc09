namespace Webhooks.Dispatching;

/// <summary>
/// Gives tenants rate limits of their own, in place of <see cref="DispatcherOptions.MaxRatePerTenant"/>. A host that needs this
/// registers an implementation; without one, all tenants are alike.
/// </summary>
/// <remarks>
/// It is asked before every attempt, so answer from memory. What it throws delays the delivery; nothing is sent. Different answers
/// of two instances for one tenant make its limit begin anew each time.
/// </remarks>
public interface ITenantRateLimits
{
    /// <summary>Finds the limit of a tenant.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The limit for all attempts to the tenant's endpoints together; null for none.</returns>
    ValueTask<RateLimit?> FindAsync(string tenantId, CancellationToken cancellationToken);
}
