using Webhooks.Storage;

namespace Webhooks.Erasure;

/// <summary>What came of erasing a tenant.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Erased">What was erased, by this call. One that was broken off before it has erased the rest.</param>
/// <param name="Remaining">
/// What the store has of the tenant at the end, counted anew: nothing, unless something was published or added meanwhile.
/// </param>
public sealed record TenantErasure(string TenantId, TenantRows Erased, TenantRows Remaining)
{
    /// <summary>Whether nothing is left.</summary>
    public bool IsComplete => Remaining.Total == 0;
}
