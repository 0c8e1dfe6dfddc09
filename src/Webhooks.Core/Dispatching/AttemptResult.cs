using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What came of taking up a delivery: an attempt was made and has an outcome; or none was made, and the lease goes back until
/// a time, or the delivery waits in its lane again, or it no longer exists.
/// </summary>
/// <param name="Outcome">The outcome of the attempt that was made.</param>
/// <param name="Endpoint">The endpoint to which it was made.</param>
/// <param name="PauseUntil">Until when its receiver asks to be left alone.</param>
/// <param name="ReleaseUntil">When the delivery is due again.</param>
/// <param name="IsWaiting">Whether it waits in its lane again.</param>
internal readonly record struct AttemptResult(
    DeliveryOutcome? Outcome = null,
    CachedEndpoint? Endpoint = null,
    DateTimeOffset? PauseUntil = null,
    DateTimeOffset? ReleaseUntil = null,
    bool IsWaiting = false)
{
    public static AttemptResult Nothing => default;

    public static AttemptResult Waiting => new(IsWaiting: true);

    public static AttemptResult Made(DeliveryOutcome outcome, CachedEndpoint endpoint, DateTimeOffset? pauseUntil) =>
        new(outcome, endpoint, pauseUntil);

    public static AttemptResult Release(DateTimeOffset dueAt) => new(ReleaseUntil: dueAt);
}
