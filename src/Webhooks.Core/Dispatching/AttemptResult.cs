using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What came of taking up a delivery: an attempt was made and has an outcome; or none was made, and the lease goes back until
/// a time, or the delivery waits in its lane again, or it no longer exists.
/// </summary>
internal readonly record struct AttemptResult(DeliveryOutcome? Outcome, DateTimeOffset? ReleaseUntil, bool IsWaiting)
{
    public static AttemptResult Nothing => default;

    public static AttemptResult Waiting => new(Outcome: null, ReleaseUntil: null, IsWaiting: true);

    public static AttemptResult Made(DeliveryOutcome outcome) => new(outcome, ReleaseUntil: null, IsWaiting: false);

    public static AttemptResult Release(DateTimeOffset dueAt) => new(Outcome: null, dueAt, IsWaiting: false);
}
