namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>An endpoint.</summary>
internal sealed class EndpointRow
{
    public long Seq { get; set; }

    /// <summary>Of tenant and id.</summary>
    public Guid Key { get; set; }

    public Guid TenantKey { get; set; }

    public string TenantId { get; set; } = "";

    public string Id { get; set; } = "";

    /// <summary>Fences changes of what its owner decided.</summary>
    public long Version { get; set; }

    public int Status { get; set; }

    public string? DisabledReason { get; set; }

    public long? PausedUntil { get; set; }

    /// <summary>Of the dispatcher that has it taken over until then.</summary>
    public Guid? PausedBy { get; set; }

    public int PauseReason { get; set; }

    /// <summary>The take-over that found its pause ended.</summary>
    public Guid? Claim { get; set; }

    /// <summary>Grows with each lock on the row (EndpointLock): what must not cross the end of its pause changes it first.</summary>
    public long Guard { get; set; }

    /// <summary>The settings' <c>IsOrdered</c>: what is pending for it has no due time.</summary>
    public bool IsOrdered { get; set; }

    public long? FailingSince { get; set; }

    public long CreatedAt { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>Separated by spaces; null: all.</summary>
    public string? Channels { get; set; }

    /// <summary>The settings' <c>Filter</c>.</summary>
    public string? Filter { get; set; }

    /// <summary>JSON.</summary>
    public string Settings { get; set; } = "";

    /// <summary>JSON, encrypted where the host has a protector.</summary>
    public string Secrets { get; set; } = "";

    public long? SecretsExpireAt { get; set; }
}
