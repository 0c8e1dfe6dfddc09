namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>A pattern that an endpoint subscribes to.</summary>
internal sealed class SubscriptionRow
{
    public long Seq { get; set; }

    public Guid TenantKey { get; set; }

    public Guid EndpointKey { get; set; }

    /// <summary>Of tenant and pattern.</summary>
    public Guid PatternKey { get; set; }
}
