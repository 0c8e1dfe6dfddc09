using Webhooks.LoadTest.Reporting;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Filling;

/// <summary>
/// Claims what is due in a store, times it, and gives it back, so that the next claim meets the same. The engine's claims ask
/// for as many.
/// </summary>
internal sealed class ClaimMeasurement(IWebhookStore store)
{
    /// <summary>How many live deliveries are due, and so claimed each time.</summary>
    public const int DueCount = 100;

    private const string Owner = "claimer";
    private const int Limit = 500;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly List<double> _milliseconds = [];

    /// <summary>How many claims did not get exactly what was due.</summary>
    public int WrongCount { get; private set; }

    /// <summary>What a claim took: the median, without the first of them.</summary>
    public double Milliseconds => _milliseconds.Skip(_milliseconds.Count / 5).Median();

    public async Task RunAsync()
    {
        var now = StoreTime.Now();
        var request = new ClaimRequest(Owner, now, now + Lease, Limit);
        var started = TimeProvider.System.GetTimestamp();
        var claimed = await store.ClaimAsync(request, CancellationToken.None);
        _milliseconds.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);

        if (claimed.Deliveries.Select(static delivery => delivery.Id).Distinct(StringComparer.Ordinal).Count() != DueCount
            || claimed.Deliveries.Count != DueCount)
        {
            WrongCount++;
        }

        await store.ReleaseAsync(
            Owner, [.. claimed.Deliveries.Select(delivery => new DeliveryRelease(delivery, now))], CancellationToken.None);
    }
}
