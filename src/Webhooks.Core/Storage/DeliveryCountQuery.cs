namespace Webhooks.Storage;

/// <summary>Which deliveries to count.</summary>
public sealed record DeliveryCountQuery
{
    /// <summary>The most deliveries that a count looks at.</summary>
    public const int MaxLimit = 100_000;

    /// <summary>Whose deliveries. Default: <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public string TenantId { get; init; } = WebhooksDefaults.TenantId;

    /// <summary>The endpoint whose deliveries are counted.</summary>
    public required string EndpointId { get; init; }

    /// <summary>Only deliveries created at this time or later; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only deliveries created before this time; null for all.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many deliveries to look at, the newest first: 1 to <see cref="MaxLimit"/>. Default: <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = MaxLimit;
}
