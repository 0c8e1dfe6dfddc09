using Webhooks.LoadTest.Ceiling;
using Webhooks.LoadTest.Peers;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>Deliveries a second over those of job queues that do the same job on the same server to the same receiver.</summary>
internal sealed class PeersScenario : Scenario
{
    /// <summary>How many processes a peer may have; what it did with the best number of them counts.</summary>
    private static readonly int[] ProcessCounts = [1, 2];

    public override string Name => "peers";

    public override IReadOnlyList<string> Stores => [PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        var (options, receiver) = (run.Options, run.Receiver);
        run.Variant = "fan-out 1";
        await Peer.InstallAsync();
        var concurrency = await BestConcurrency.FindAsync(run);
        await using var host = await SendingHost.StartAsync(
            run.Store, settings => settings.Dispatcher.MaxConcurrency = concurrency);
        await host.CreateEndpointsAsync(receiver, fanOut: 1);
        await using var first = await StartAsync(run, Peer.Libraries[0]);
        await using var second = await StartAsync(run, Peer.Libraries[1]);

        var ours = new PublishLoad(host, receiver, fanOut: 1, options.Publishers, options.UnderWay);
        List<PeerLoad> peers =
        [
            .. from peer in new[] { first, second }
               from processes in ProcessCounts
               select new PeerLoad(peer, receiver, processes, options.Publishers, options.UnderWay * 2),
        ];
        List<double> ourRates = [];
        var peerRates = peers.ToDictionary(static load => load, static _ => new List<PeerPhase>());

        // The first round is the run-in of the peers.
        await RunIn.RunAsync(ours, receiver, options.PhaseDuration / 2);
        for (var round = 0; round <= options.Rounds; round++)
        {
            var rate = (await Phase.MeasureAsync(ours, receiver, options.PhaseDuration)).PerSecond;
            ourRates.Add(rate);
            foreach (var load in peers)
            {
                peerRates[load].Add(await PeerPhase.MeasureAsync(load, receiver, options.PhaseDuration, rate));
            }
        }

        await run.CheckAsync([ours.Sent, .. peers.Select(static load => load.Sent)]);
        await run.CheckRecordedAsync(host);
        run.Add("deliveries", ourRates.Skip(1).Median(), "1/s");
        foreach (var library in Peer.Libraries)
        {
            Add(run, library, peerRates.Where(entry => entry.Key.Library == library));
        }
    }

    private static async Task<Peer> StartAsync(ScenarioRun run, string library)
    {
        var database = (PostgreSqlStore)await run.Store.CreateAnotherAsync();
        return await Peer.StartAsync(library, ProcessCounts.Max(), database.ConnectionString, run.Receiver);
    }

    private static void Add(ScenarioRun run, string library, IEnumerable<KeyValuePair<PeerLoad, List<PeerPhase>>> measured)
    {
        var name = library.Replace('-', '_');
        var (load, all) = measured.MaxBy(static entry => entry.Value.Skip(1).Select(static phase => phase.PerSecond).Median());
        var phases = all.Skip(1).ToList();
        run.Add($"ratio_to_{name}", phases.Select(static phase => phase.OurRatio).Median(), "ratio", Goal.AtLeast(5));
        run.Add($"ratio_to_{name}_lowest", phases.Min(static phase => phase.OurRatio), "ratio");
        run.Add($"ratio_to_{name}_highest", phases.Max(static phase => phase.OurRatio), "ratio");
        run.Add(name, phases.Select(static phase => phase.PerSecond).Median(), "1/s");
        run.Add($"{name}_processes", load.ProcessCount, "processes");
        run.Add($"{name}_processor_time_per_delivery", phases.Select(static phase => phase.MicrosecondsEach).Median(), "µs");
    }
}
