using System.Globalization;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>What an instance does in the database while nothing is to be done.</summary>
internal sealed class IdleScenario : Scenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public override string Name => "idle";

    public override IReadOnlyList<string> Stores => [SqliteStore.StoreName, PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        // Some of the slow polls, of which there are six a minute.
        var duration = run.Options.PhaseDuration * run.Options.Rounds * 3;
        var settling = run.Options.PhaseDuration / 2;
        run.Variant = string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:F0} s");
        await using var host = await SendingHost.StartAsync(run.Store);
        await host.CreateEndpointsAsync(run.Receiver, fanOut: 1);
        var sent = new SentLog();
        sent.NewList().Add(await host.PublishAsync(0));
        await run.Receiver.WaitForAsync(1, Patience);
        await run.CheckAsync(sent);
        await Task.Delay(settling, TimeProvider.System);

        var before = await run.Store.CountWorkAsync(host.Store);
        await Task.Delay(duration, TimeProvider.System);
        var done = await run.Store.CountWorkAsync(host.Store) - before;
        run.Add($"{run.Store.WorkUnit}_per_minute", done / duration.TotalMinutes, run.Store.WorkUnit!, Goal.AtMost(12));
    }
}
