namespace Webhooks.LoadTest.Receiving;

/// <summary>Lets five requests pass in each second, as a receiver with a rate limit does.</summary>
internal sealed class ReceiverLimit
{
    /// <summary>The status of the requests that do not pass (RFC 6585, section 4).</summary>
    public const int Status = 429;

    private const int PerSecond = 5;

    private readonly Lock _lock = new();
    private long _windowStart;
    private int _passed = PerSecond;

    public bool TryPass()
    {
        lock (_lock)
        {
            var now = TimeProvider.System.GetTimestamp();
            if (TimeProvider.System.GetElapsedTime(_windowStart, now) >= TimeSpan.FromSeconds(1))
            {
                (_windowStart, _passed) = (now, 0);
            }

            return ++_passed <= PerSecond;
        }
    }
}
