using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>A scenario with a store: what it works with, and where its figures go.</summary>
internal sealed class ScenarioRun(
    string scenario, LoadTestOptions options, StoreUnderTest store, ReceiverProcess receiver, Report report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, double> _checks = new(StringComparer.Ordinal);

    public LoadTestOptions Options => options;

    public StoreUnderTest Store => store;

    public ReceiverProcess Receiver => receiver;

    public string Variant { get; set; } = "";

    public void Say(string line) => report.Say(line);

    public void Add(string figure, double value, string unit, Goal? goal = null) =>
        report.Add(new Figure(scenario, store.Name, Variant, figure, value, goal, unit, IsCheck: false));

    /// <summary>Compares the ids of both sides; the run fails if there is a difference.</summary>
    public async Task<(IReadOnlyList<SentMessage> Sent, IReadOnlyList<Arrival> Arrivals)> CheckAsync(params SentLog[] logs)
    {
        SentMessage[] sent = [.. logs.SelectMany(static log => log.Take())];
        var arrivals = await receiver.TakeAsync();
        Check(sent, arrivals);
        return (sent, arrivals);
    }

    /// <summary>Compares ids that were sent with those that the receiver took.</summary>
    public void Check(IReadOnlyList<SentMessage> sent, IReadOnlyList<Arrival> arrivals) =>
        Check(LossCheck.Compare(sent, arrivals), arrivals.Count > 0);

    /// <summary>Counts what a comparison has found.</summary>
    public void Check(LossCheck check, bool hasArrivals)
    {
        Check("lost", check.Lost);
        Check("doubled", check.Doubled);
        Check("unknown", check.Unknown);
        Check("badly_signed", receiver.BadCount);
        Check("nothing_arrived", hasArrivals ? 0 : 1);
    }

    /// <summary>The store must have every delivery as succeeded.</summary>
    public async Task CheckRecordedAsync(SendingHost host) =>
        Check("unrecorded", await host.CountTenantsWithUnrecordedAsync(Patience));

    /// <summary>Counts something that must not be.</summary>
    public void Check(string figure, double value) => _checks[figure] = _checks.GetValueOrDefault(figure) + value;

    /// <summary>Reports the checks of the whole run.</summary>
    public void ReportChecks()
    {
        foreach (var (figure, value) in _checks)
        {
            report.Add(new Figure(scenario, store.Name, Variant, figure, value, Goal.None, "count", IsCheck: true));
        }
    }
}
