using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Operations;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Draws conclusions about endpoints from their attempts: notes since when one fails, with a write only when that begins and
/// ends, and disables it when it has failed for too long.
/// </summary>
internal sealed class EndpointHealth(
    EndpointStates states, EndpointEditor editor, EndpointCache cache, WebhooksOptions options, TimeProvider timeProvider, ILogger logger)
{
    private const int Gone = 410;

    /// <summary>What an attempt says about its endpoint.</summary>
    public async ValueTask<AttemptVerdict> JudgeAsync(AttemptResult result)
    {
        if (result is not { Outcome.Attempt: var attempt, Endpoint: { } endpoint }
            || attempt.Error is AttemptError.Internal or AttemptError.Payload or AttemptError.Transformation or AttemptError.Interrupted
            || attempt.StatusCode == Gone)
        {
            return default;
        }

        if (attempt.IsSuccess)
        {
            if (endpoint.Health.Recover(timeProvider, states, endpoint.Key) is { } failingSince)
            {
                logger.EndpointRecovered(endpoint.Key.EndpointId, endpoint.Key.TenantId, failingSince);
            }

            return new AttemptVerdict(Counts: true);
        }

        var now = timeProvider.GetNow();
        var since = endpoint.Health.Fail(now, states, endpoint.Key);
        if (IsTooLong(since, now))
        {
            await DisableAsync(endpoint.Key, now).ConfigureAwait(false);
        }

        return new AttemptVerdict(Counts: true, IsFailure: true, since, result.PauseUntil, endpoint.Endpoint.Version);
    }

    private bool IsTooLong(DateTimeOffset? failingSince, DateTimeOffset now) =>
        options.DisableAfter > TimeSpan.Zero && failingSince is { } time && now - time >= options.DisableAfter;

    private async Task DisableAsync(EndpointKey key, DateTimeOffset now)
    {
        try
        {
            // The store decides: another instance may have seen a success.
            var (disabled, isChanged) = await editor.DisableAsync(
                key,
                DisableCause.Failing,
                endpoint => IsTooLong(endpoint.FailingSince, now)
                    ? $"Every attempt has failed since {endpoint.FailingSince:u}."
                    : null,
                CancellationToken.None).ConfigureAwait(false);
            cache.Forget(key);
            if (isChanged)
            {
                logger.EndpointFailing(key.EndpointId, key.TenantId, disabled.Endpoint.FailingSince);
            }
        }
        catch (WebhookNotFoundException)
        {
            // Deleted meanwhile.
        }
        catch (Exception exception)
        {
            // The next attempt fails too and tries again.
            logger.DisableFailingFailed(exception, key.EndpointId, key.TenantId);
        }
    }
}
