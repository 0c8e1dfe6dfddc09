using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What came of taking up a delivery: an attempt was made and has an outcome; or none was made and the lease goes back until
/// a time; or neither, because the delivery no longer exists.
/// </summary>
internal readonly record struct AttemptResult(DeliveryOutcome? Outcome, DateTimeOffset? ReleaseUntil)
{
    public static AttemptResult Nothing => default;

    public static AttemptResult Made(DeliveryOutcome outcome) => new(outcome, ReleaseUntil: null);

    public static AttemptResult Release(DateTimeOffset dueAt) => new(Outcome: null, dueAt);
}
