namespace Webhooks.EntityFrameworkCore.Store.Model;

// Times are Unix milliseconds. A key is a hash of names (RowKey): what is looked up by name is looked up by its key, which is as
// short for all names, and tells "a" from "A" whatever the collation of the database.

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

    /// <summary>Grows with each lock on the row: what must not cross the end of its pause changes it first.</summary>
    public long Guard { get; set; }

    public long? FailingSince { get; set; }

    public long CreatedAt { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>Separated by spaces; null: all.</summary>
    public string? Channels { get; set; }

    /// <summary>JSON.</summary>
    public string Settings { get; set; } = "";

    /// <summary>JSON, encrypted where the host has a protector.</summary>
    public string Secrets { get; set; } = "";

    public long? SecretsExpireAt { get; set; }
}

/// <summary>A pattern that an endpoint subscribes to.</summary>
internal sealed class SubscriptionRow
{
    public long Seq { get; set; }

    public Guid EndpointKey { get; set; }

    /// <summary>Of tenant and pattern.</summary>
    public Guid PatternKey { get; set; }
}

/// <summary>A message.</summary>
internal sealed class MessageRow
{
    public long Seq { get; set; }

    public Guid TenantKey { get; set; }

    public string TenantId { get; set; } = "";

    public string Id { get; set; } = "";

    public string? EventId { get; set; }

    public Guid EventTypeKey { get; set; }

    public string EventType { get; set; } = "";

    /// <summary>Separated by spaces; null: none.</summary>
    public string? Channels { get; set; }

    public long Timestamp { get; set; }

    public long CreatedAt { get; set; }

    public int DeliveryCount { get; set; }

    public byte[] Payload { get; set; } = [];

    public string? TraceParent { get; set; }
}

/// <summary>A message id or event id that is taken.</summary>
internal sealed class NameRow
{
    /// <summary>Of kind, tenant and id.</summary>
    public Guid Key { get; set; }

    public long MessageSeq { get; set; }

    public MessageRow Message { get; set; } = null!;
}

/// <summary>A delivery.</summary>
internal sealed class DeliveryRow
{
    public long Seq { get; set; }

    /// <summary>Its id.</summary>
    public Guid Key { get; set; }

    public long MessageSeq { get; set; }

    public MessageRow Message { get; set; } = null!;

    public Guid TenantKey { get; set; }

    public Guid EndpointKey { get; set; }

    /// <summary>The endpoint may be gone.</summary>
    public string EndpointId { get; set; } = "";

    public Guid EventTypeKey { get; set; }

    /// <summary>The message's.</summary>
    public long CreatedAt { get; set; }

    /// <summary>Fences outcomes, with <see cref="AttemptCount"/> and <see cref="Owner"/>.</summary>
    public int Status { get; set; }

    public int AttemptCount { get; set; }

    /// <summary>Of a leased one: the end of its lease; null: ended, or held.</summary>
    public long? DueAt { get; set; }

    /// <summary>Of the dispatcher that has it leased.</summary>
    public Guid? Owner { get; set; }

    /// <summary>The claim that has leased it.</summary>
    public Guid? Claim { get; set; }

    public long? CompletedAt { get; set; }

    public int? CancelReason { get; set; }

    public int? LastStatusCode { get; set; }

    public int? LastError { get; set; }

    public long? LastDuration { get; set; }

    public string? Resend { get; set; }
}

/// <summary>An attempt.</summary>
internal sealed class AttemptRow
{
    public long Seq { get; set; }

    public long DeliverySeq { get; set; }

    public int Number { get; set; }

    public string Id { get; set; } = "";

    public long StartedAt { get; set; }

    public long Duration { get; set; }

    public int? StatusCode { get; set; }

    public int Error { get; set; }

    public string? ErrorMessage { get; set; }

    public bool IsTruncated { get; set; }

    public byte[]? Response { get; set; }
}

/// <summary>The time that a rate limit has given away.</summary>
internal sealed class RateRow
{
    /// <summary>Of tenant and endpoint, or of the tenant.</summary>
    public Guid Key { get; set; }

    public long EndAt { get; set; }

    /// <summary>The time between two attempts, in units of 100 ns.</summary>
    public long Pace { get; set; }
}

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
