using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Scenarios;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest;

/// <summary>Runs what the command line asks for.</summary>
internal static class Harness
{
    private const int CheckFailed = 1;
    private const int WrongUsage = 2;

    /// <returns>0; 1 when a check has failed; 2 when the command line is wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments is ["table", var jsonFile, var document])
        {
            FigureTable.Insert(jsonFile, document);
            return 0;
        }

        try
        {
            var options = LoadTestOptions.Parse(arguments);
            return await RunAsync(options, Plan(options), output);
        }
        catch (FormatException exception)
        {
            await output.WriteLineAsync($"{exception.Message}\n\n{LoadTestOptions.Usage}");
            await output.WriteLineAsync($"\nscenarios: {string.Join(", ", Scenario.All.Select(static scenario => scenario.Name))}");
            return WrongUsage;
        }
    }

    private static List<(Scenario Scenario, string Store)> Plan(LoadTestOptions options)
    {
        var scenarios = Scenario.All.Where(scenario => options.Scenario == "all" || scenario.Name == options.Scenario);
        List<(Scenario, string)> plan =
        [
            .. from scenario in scenarios
               from store in scenario.Stores
               where options.Stores.Count == 0 || options.Stores.Contains(store, StringComparer.Ordinal)
               select (scenario, store),
        ];
        return plan.Count > 0 ? plan : throw new FormatException($"There is no scenario '{options.Scenario}' with such a store.");
    }

    private static async Task<int> RunAsync(
        LoadTestOptions options, List<(Scenario Scenario, string Store)> plan, TextWriter output)
    {
        var report = new Report(output, options.JsonFile);
        report.Add(await RunEnvironment.ReadAsync());
        report.Say(FigureTable.Head);
        foreach (var (scenario, storeName) in plan)
        {
            await using var store = await StoreUnderTest.StartAsync(storeName);
            await using var receiver = await ReceiverProcess.StartAsync(options.Receiver);
            var run = new ScenarioRun(scenario.Name, options, store, receiver, report);
            await scenario.RunAsync(run);
            run.ReportChecks();
            if (options.Explains && await store.ExplainWorkAsync() is { } explanation)
            {
                report.Say(explanation);
            }
        }

        return report.HasFailedCheck ? CheckFailed : 0;
    }
}
