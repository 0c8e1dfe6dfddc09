namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>A replay.</summary>
internal sealed class ReplayRow
{
    public long Seq { get; set; }

    public Guid Key { get; set; }

    public Guid TenantKey { get; set; }

    public string TenantId { get; set; } = "";

    public string Id { get; set; } = "";

    public int Status { get; set; }

    public int Selection { get; set; }

    public string? EndpointId { get; set; }

    public string? EventType { get; set; }

    public long? Since { get; set; }

    public long Until { get; set; }

    public long CreatedAt { get; set; }

    public long? CompletedAt { get; set; }

    public long? ReachedAt { get; set; }

    public long ReplayedCount { get; set; }

    public long SkippedCount { get; set; }

    public long DueAt { get; set; }

    public long? BlockedSince { get; set; }

    public string? Position { get; set; }

    /// <summary>Grows with each turn, so that no two are made at once.</summary>
    public long Turn { get; set; }
}
