using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Since when an endpoint fails, as this instance knows it. Only the beginning and the end are written to the store; an endpoint
/// that comes and goes is noted as failing once a minute at most.
/// </summary>
/// <param name="failingSince">What the store says.</param>
internal sealed class HealthNote(DateTimeOffset? failingSince)
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset? _failingSince = failingSince;
    private bool _isStored = failingSince is not null;
    private DateTimeOffset _recoveredAt;
    private volatile bool _isFailing = failingSince is not null;
    private volatile bool _isOutdated;

    /// <summary>Notes that the endpoint has been read anew: what this one says is not known to those that follow.</summary>
    public void Outdate() => _isOutdated = true;

    /// <summary>Notes a success.</summary>
    /// <returns>Since when the endpoint had failed; null when it had not, or not for long.</returns>
    public DateTimeOffset? Recover(TimeProvider timeProvider, EndpointStates states, EndpointKey key)
    {
        if (!_isFailing && !_isOutdated)
        {
            return null;
        }

        lock (_lock)
        {
            var since = _isStored ? _failingSince : null;
            if (_isStored || _isOutdated)
            {
                states.Mark(key, failingSince: null);
                _recoveredAt = timeProvider.GetNow();
            }

            (_failingSince, _isStored, _isFailing) = (null, false, false);
            return since;
        }
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>Since when nothing but failures came before it; null when this is the first.</returns>
    public DateTimeOffset? Fail(DateTimeOffset now, EndpointStates states, EndpointKey key)
    {
        lock (_lock)
        {
            var before = _failingSince;
            if (_isOutdated)
            {
                return before;
            }

            _failingSince ??= now;
            _isFailing = true;
            if (!_isStored && now - _recoveredAt >= QuietTime)
            {
                // From now on: what was before, an instance that has not read this yet may know better.
                _isStored = true;
                states.Mark(key, now);
            }

            return before;
        }
    }
}
