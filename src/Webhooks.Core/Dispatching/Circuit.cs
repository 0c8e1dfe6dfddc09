using System.Runtime.InteropServices;

namespace Webhooks.Dispatching;

/// <summary>
/// A lane's count of attempts, by which its endpoint's circuit opens. What outlives the lane is in the store: the break, as a
/// pause, and since when the endpoint fails, which makes breaks grow.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct Circuit
{
    private DateTimeOffset _windowEnd;
    private int _attempts;
    private int _failures;

    /// <summary>Whether a break or another pause has just ended: one attempt at a time, until one succeeds.</summary>
    public bool IsProbing { get; private set; }

    public void Probe() => this = new Circuit { IsProbing = true };

    /// <summary>Counts an attempt.</summary>
    /// <param name="isFailure">Whether it failed.</param>
    /// <param name="wasFailing">Whether nothing but failures came before it: then a probe that fails opens the circuit again.</param>
    /// <param name="now">The end of the attempt.</param>
    /// <param name="options">The limits.</param>
    /// <returns>Whether the circuit opens.</returns>
    public bool Record(bool isFailure, bool wasFailing, DateTimeOffset now, CircuitBreakerOptions options)
    {
        if (IsProbing)
        {
            this = default;
            if (isFailure && wasFailing)
            {
                return true;
            }
        }

        if (now >= _windowEnd)
        {
            this = new Circuit { _windowEnd = now + options.Window };
        }

        _attempts++;
        _failures += isFailure ? 1 : 0;
        return isFailure && _attempts >= options.MinimumAttempts && _failures >= options.FailureRatio * _attempts;
    }
}
