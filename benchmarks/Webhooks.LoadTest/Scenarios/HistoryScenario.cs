using System.Globalization;
using Webhooks.LoadTest.Ceiling;
using Webhooks.LoadTest.Filling;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>The throughput while the tables hold what was delivered before, over that of an empty database.</summary>
internal sealed class HistoryScenario : Scenario
{
    /// <summary>Small, because it is the rows and their indexes that could slow others down, and a disk has its limits.</summary>
    private const int PayloadBytes = 64;

    public override string Name => "history";

    public override IReadOnlyList<string> Stores => [SqliteStore.StoreName, PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        var options = run.Options;
        run.Variant = string.Create(CultureInfo.InvariantCulture, $"{options.History} finished");
        var concurrency = await BestConcurrency.FindAsync(run);
        await using var emptyStore = await run.Store.CreateAnotherAsync();
        await using var emptyHost = await StartAsync(run, emptyStore, concurrency);
        await using var fullHost = await StartAsync(run, run.Store, concurrency);
        await FillAsync(run, fullHost);

        var without = new PublishLoad(emptyHost, run.Receiver, fanOut: 1, options.Publishers, options.UnderWay);
        var with = new PublishLoad(fullHost, run.Receiver, fanOut: 1, options.Publishers, options.UnderWay);
        var turns = await Turns.TakeAsync(run, without, with, () => run.Store.CountWorkAsync(fullHost.Store));

        await run.CheckAsync(without.Sent, with.Sent);
        await run.CheckRecordedAsync(emptyHost);
        await run.CheckRecordedAsync(fullHost);
        turns.Report(run, Goal.AtLeast(0.9));
    }

    private static async Task<SendingHost> StartAsync(ScenarioRun run, StoreUnderTest store, int concurrency)
    {
        var host = await SendingHost.StartAsync(store, options => options.Dispatcher.MaxConcurrency = concurrency);
        await host.CreateEndpointsAsync(run.Receiver, fanOut: 1);
        return host;
    }

    private static async Task FillAsync(ScenarioRun run, SendingHost host)
    {
        var started = TimeProvider.System.GetTimestamp();
        var filler = new StoreFiller(host.Store, [.. host.Tenants.Select(static tenant => tenant.TenantId)], PayloadBytes);
        await filler.AddSucceededAsync(run.Options.History);
        await run.Store.SettleAsync();
        run.Say($"{run.Options.History} finished deliveries added in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");
    }
}
