using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;

namespace Webhooks.Dispatching;

/// <summary>Decides when a failed attempt is repeated.</summary>
internal sealed class RetryPolicy
{
    private readonly RetryOptions _options;
    private readonly RetrySchedule _schedule;

    public RetryPolicy(IOptions<WebhooksOptions> options)
    {
        _options = options.Value.Retry;
        _schedule = _options.Delays is null ? RetrySchedule.Default : new RetrySchedule([.. _options.Delays]);
    }

    /// <summary>When the attempt after a failed one is due.</summary>
    /// <param name="endpointSchedule">The endpoint's own schedule; null for the application's.</param>
    /// <param name="attemptNumber">The number of the failed attempt.</param>
    /// <param name="now">The end of the failed attempt.</param>
    /// <param name="retryAfter">What the receiver asked for: it can only delay.</param>
    /// <returns>The time, or null when there is no attempt any more.</returns>
    public DateTimeOffset? RetryAt(
        RetrySchedule? endpointSchedule, int attemptNumber, DateTimeOffset now, TimeSpan? retryAfter)
    {
        if ((endpointSchedule ?? _schedule).DelayAfter(attemptNumber) is not { } delay)
        {
            return null;
        }

        var spread = 1 + (_options.Jitter * ((2 * Random.Shared.NextDouble()) - 1));
        var wait = delay * spread;
        if (retryAfter is { } asked)
        {
            var granted = Grant(asked);
            wait = wait < granted ? granted : wait;
        }

        return (now + wait).TruncateToMilliseconds();
    }

    /// <summary>How much of the wait that a receiver asks for it gets.</summary>
    public TimeSpan Grant(TimeSpan asked) => asked < _options.MaxRetryAfter ? asked : _options.MaxRetryAfter;
}
