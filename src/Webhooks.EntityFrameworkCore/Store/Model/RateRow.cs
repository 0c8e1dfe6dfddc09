namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>The time that a rate limit has given away.</summary>
internal sealed class RateRow
{
    /// <summary>Of tenant and endpoint, or of the tenant.</summary>
    public Guid Key { get; set; }

    public Guid TenantKey { get; set; }

    public long EndAt { get; set; }

    /// <summary>The time between two attempts, in units of 100 ns.</summary>
    public long Pace { get; set; }
}
