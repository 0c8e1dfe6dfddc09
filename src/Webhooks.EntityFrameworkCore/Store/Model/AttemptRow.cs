namespace Webhooks.EntityFrameworkCore.Store.Model;

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
