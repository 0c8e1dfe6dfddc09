using Webhooks.Replay;

namespace Webhooks.Storage;

/// <summary>Which replays to list.</summary>
public sealed record ReplayQuery : PageQuery
{
    /// <summary>Only replays of this status; null for all.</summary>
    public ReplayStatus? Status { get; init; }
}
