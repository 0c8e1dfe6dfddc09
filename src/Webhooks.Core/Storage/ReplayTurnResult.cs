using Webhooks.Replay;

namespace Webhooks.Storage;

/// <summary>What came of a turn.</summary>
/// <param name="Job">The replay whose turn it was, as it is after it; null when none was due.</param>
/// <param name="ReplayedCount">How many deliveries the turn has put into the queue.</param>
/// <param name="NextDueAt">When no replay was due: the earliest time at which one is; null when there is none.</param>
public sealed record ReplayTurnResult(ReplayJob? Job, int ReplayedCount, DateTimeOffset? NextDueAt);
