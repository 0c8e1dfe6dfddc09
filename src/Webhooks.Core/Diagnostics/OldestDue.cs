using System.Diagnostics.Metrics;
using Webhooks.Storage;

namespace Webhooks.Diagnostics;

/// <summary>
/// The age of the longest due delivery, for a gauge. A gauge is read without waiting, and a store is asked only while somebody
/// reads: so each reading asks for the next one, and takes the answer itself where it comes at once.
/// </summary>
internal sealed class OldestDue(IDeliveryStore store, TimeProvider timeProvider)
{
    private volatile Task<TimeSpan?> _query = Task.FromResult<TimeSpan?>(null);

    /// <summary>How long what is due at a time has been due; zero when nothing is.</summary>
    public static TimeSpan Age(DateTimeOffset? oldestDueAt, DateTimeOffset now) => now - oldestDueAt ?? TimeSpan.Zero;

    public IEnumerable<Measurement<double>> Observe()
    {
        var last = _query;
        if (!last.IsCompleted)
        {
            return [];
        }

        var next = _query = FindAsync();
        return (next.IsCompleted ? next : last).Result is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];
    }

    /// <returns>Null when the store does not say.</returns>
    private async Task<TimeSpan?> FindAsync()
    {
        try
        {
            var now = timeProvider.GetNow();
            return Age(await store.FindOldestDueAsync(now, CancellationToken.None).ConfigureAwait(false), now);
        }
        catch (Exception)
        {
            // The health check says that the store is away; the gauge has nothing to say then.
            return null;
        }
    }
}
