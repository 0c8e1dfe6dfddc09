using Webhooks.Replay;

namespace Webhooks.Storage.InMemory;

/// <summary>A replay in memory.</summary>
internal sealed class ReplayRow(long sequence, ReplayJob job)
{
    public long Sequence { get; } = sequence;

    public ReplayJob Job { get; set; } = job;

    public DateTimeOffset DueAt { get; set; } = job.CreatedAt;

    /// <summary>The sequence number of the last row that it has looked at.</summary>
    public long Position { get; set; }

    public DateTimeOffset? BlockedSince { get; set; }
}
