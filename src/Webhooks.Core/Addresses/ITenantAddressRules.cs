namespace Webhooks.Addresses;

/// <summary>
/// Gives tenants rules of their own, in addition to those of <see cref="WebhooksOptions.Addresses"/>. A host that needs this
/// registers an implementation; without one, all tenants are alike.
/// </summary>
/// <remarks>
/// It is asked when an endpoint is created or changed and before every attempt, so an answer from memory is best. Return the
/// same object as long as the rules are the same: rules are read once for each object, and later changes of it are not seen.
/// Tenants whose rules differ in networks share no connections. What it throws fails the attempt; nothing is sent.
/// </remarks>
public interface ITenantAddressRules
{
    /// <summary>Finds the rules of a tenant.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What holds in addition for this tenant, or null for nothing.</returns>
    ValueTask<AddressRules?> FindAsync(string tenantId, CancellationToken cancellationToken);
}
