namespace Webhooks.LoadTest.Scenarios;

/// <summary>One thing that is measured.</summary>
internal abstract class Scenario
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new ThroughputScenario(),
        new LatencyScenario(),
        new PublishScenario(),
        new BacklogScenario(),
        new HistoryScenario(),
        new NoisyScenario(),
        new ScaleScenario(),
        new IdleScenario(),
        new SoakScenario(),
        new PeersScenario(),
    ];

    public abstract string Name { get; }

    /// <summary>The stores that it makes sense with.</summary>
    public abstract IReadOnlyList<string> Stores { get; }

    /// <summary>Measures one store.</summary>
    public abstract Task RunAsync(ScenarioRun run);
}
