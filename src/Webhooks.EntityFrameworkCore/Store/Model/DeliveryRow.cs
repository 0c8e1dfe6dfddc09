namespace Webhooks.EntityFrameworkCore.Store.Model;

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

    /// <summary>The message's.</summary>
    public long? ExpiresAt { get; set; }

    /// <summary>The message's.</summary>
    public bool IsAtMostOnce { get; set; }

    /// <summary>Fences outcomes, with <see cref="AttemptCount"/> and <see cref="Owner"/>.</summary>
    public int Status { get; set; }

    public int AttemptCount { get; set; }

    /// <summary>Of a leased one: the end of its lease; null: ended, held, or in the line of an ordered endpoint, leased or not.</summary>
    public long? DueAt { get; set; }

    /// <summary>Of the dispatcher that has it leased, or had it leased last and gave it not back.</summary>
    public Guid? Owner { get; set; }

    /// <summary>The claim that has leased it.</summary>
    public Guid? Claim { get; set; }

    public long? CompletedAt { get; set; }

    public int? CancelReason { get; set; }

    public int? LastStatusCode { get; set; }

    public int? LastError { get; set; }

    public long? LastDuration { get; set; }

    public string? Resend { get; set; }

    /// <summary>A <see cref="Storage.SentContent"/>, while it is pending; null: what its message has.</summary>
    public byte[]? Sent { get; set; }
}
