using System.Globalization;
using Webhooks.Dispatching;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Soaking;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>A long time of mixed load with failures: memory must not grow, and every row of every table must have its reason.</summary>
internal sealed class SoakScenario : Scenario
{
    /// <summary>The first reading of the memory is after this part of the time: after 5 of 30 minutes.</summary>
    private const double FirstReading = 1.0 / 6;

    private const int StepsInAll = 90;

    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    public override string Name => "soak";

    public override IReadOnlyList<string> Stores => [SqliteStore.StoreName, PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        var duration = run.Options.Duration;
        run.Variant = string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0.##} min");
        var step = TimeSpan.FromTicks(Math.Clamp(duration.Ticks / StepsInAll, ShortestStep.Ticks, LongestStep.Ticks));
        await using var host = await SendingHost.StartAsync(run.Store, options => Configure(options, step));
        var endpoints = await SoakEndpoints.CreateAsync(host, run.Receiver, retryDelay: step / 4);
        var rowsBefore = await run.Store.CountRowsAsync();
        var traffic = new SoakTraffic(host);
        var check = new RollingCheck();
        using var stop = new CancellationTokenSource();
        var sending = traffic.RunAsync(stop.Token);
        var started = TimeProvider.System.GetTimestamp();
        MemoryReading? first = null;
        for (var turn = 0; TimeProvider.System.GetElapsedTime(started) < duration; turn++)
        {
            await endpoints.BeginTroubleAsync(turn);
            await Task.Delay(step, TimeProvider.System);
            await UpdateAsync(run, traffic, check);
            await endpoints.EndTroubleAsync(turn);
            await Task.Delay(step, TimeProvider.System);
            await UpdateAsync(run, traffic, check);
            if (TimeProvider.System.GetElapsedTime(started) >= duration * FirstReading)
            {
                first ??= MemoryReading.Take();
            }
        }

        var last = MemoryReading.Take();
        await stop.CancelAsync();
        await sending;
        await DrainAsync(run, host, traffic, check);
        ReportMemory(run, first ?? last, last);
        await CheckRowsAsync(run, host, traffic, rowsBefore);
    }

    private static void Configure(WebhooksOptions options, TimeSpan step)
    {
        // What is counted here is what each failure costs; an open circuit would spare most of them.
        options.CircuitBreaker.Enabled = false;
        options.Dispatcher.AttemptTimeout = TimeSpan.FromTicks(Math.Max(ShortestDeadline.Ticks, (step / 4).Ticks));

        // More than enough to outlive a trouble, which takes one step.
        options.Retry.Delays = [step / 4, step / 4, step / 2, step / 2, .. Enumerable.Repeat(step, 12)];
    }

    private static async Task UpdateAsync(ScenarioRun run, SoakTraffic traffic, RollingCheck check)
    {
        var arrivals = await run.Receiver.TakeAsync();
        check.Update(traffic.Take(), arrivals);
    }

    private static async Task DrainAsync(ScenarioRun run, SendingHost host, SoakTraffic traffic, RollingCheck check)
    {
        var started = TimeProvider.System.GetTimestamp();
        await UpdateAsync(run, traffic, check);
        while (check.Result.Lost > 0 && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Glance, TimeProvider.System);
            await UpdateAsync(run, traffic, check);
        }

        run.Check(check.Result, hasArrivals: run.Receiver.Count > 0);
        await run.CheckRecordedAsync(host);
        while (await host.CountDeliveriesAsync(SoakEndpoints.FailingTenant, DeliveryStatus.Pending) > 0
            && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Glance, TimeProvider.System);
        }

        run.Check(
            "failing_unaccounted",
            Math.Abs(traffic.Failing - await host.CountDeliveriesAsync(SoakEndpoints.FailingTenant, DeliveryStatus.Failed)));
    }

    private static void ReportMemory(ScenarioRun run, MemoryReading first, MemoryReading last)
    {
        const double Mebibyte = 1024 * 1024;
        run.Add("heap_ratio", (double)last.Heap / first.Heap, "ratio", Goal.AtMost(1.1));
        run.Add("working_set_ratio", (double)last.WorkingSet / first.WorkingSet, "ratio", Goal.AtMost(1.1));
        run.Add("heap_first", first.Heap / Mebibyte, "MiB");
        run.Add("heap_last", last.Heap / Mebibyte, "MiB");
        run.Add("working_set_first", first.WorkingSet / Mebibyte, "MiB");
        run.Add("working_set_last", last.WorkingSet / Mebibyte, "MiB");
    }

    private static async Task CheckRowsAsync(
        ScenarioRun run, SendingHost host, SoakTraffic traffic, IReadOnlyDictionary<string, long> before)
    {
        var rows = new StoredRows(
            traffic.Messages, traffic.EventIds, traffic.Deliveries + traffic.Failing, host.AttemptCount);
        var expected = run.Store.ExplainRows(rows);
        foreach (var (table, count) in await run.Store.CountRowsAsync())
        {
            var growth = count - before.GetValueOrDefault(table);
            var explained = expected.GetValueOrDefault(table);
            run.Say($"{table}: {growth} rows more, where {explained} are explained");
            run.Add($"rows_of_{table}", growth, "rows");
            run.Check("unexplained_rows", Math.Abs(growth - explained));
        }
    }
}
