namespace Webhooks.Storage;

/// <summary>What every list query has: whose rows, how many a page, and where to go on.</summary>
public abstract record PageQuery
{
    /// <summary>The most rows that a page can have.</summary>
    public const int MaxLimit = 250;

    /// <summary>Whose rows. Default: <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public string TenantId { get; init; } = WebhooksDefaults.TenantId;

    /// <summary>The most rows of the page, 1 to <see cref="MaxLimit"/>. Default: 50.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>The <see cref="Page{T}.NextCursor"/> of the page before; null for the first page.</summary>
    public string? Cursor { get; init; }
}
