using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Scenarios;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Instances;

/// <summary>
/// Some instances on one database, of which the first few can be let publish for a phase, while the others have nothing to do. Each has as
/// many publishers, and brings as many deliveries on their way, as one has that is alone.
/// </summary>
internal sealed class InstanceGroup : IAsyncDisposable
{
    private const double RampUp = 0.25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-instances-");
    private readonly SharedCounter _granted;
    private readonly ScenarioRun _run;
    private readonly List<InstanceProcess> _instances;

    public InstanceGroup(ScenarioRun run, PostgreSqlStore store, int count, int concurrency)
    {
        var grantedFile = Path.Combine(_folder.FullName, "granted");
        _granted = new SharedCounter(grantedFile);
        _run = run;
        var settings = new InstanceSettings(
            store.ConnectionString, run.Receiver.CounterFile, grantedFile, concurrency, run.Options.Publishers);
        _instances =
        [
            .. Enumerable.Range(0, count)
                .Select(number => new InstanceProcess(settings, Path.Combine(_folder.FullName, $"sent-{number}"))),
        ];
    }

    /// <summary>Runs all of them in.</summary>
    public Task RunInAsync(Func<ValueTask<long>> countWork) => RunIn.RunAsync(
        () => MeasureAsync(_instances.Count, countWork),
        async () => (await Task.WhenAll(_instances.Select(static instance => instance.CountCompiledAsync()))).Max(),
        _run.Options.PhaseDuration);

    /// <summary>Lets the first instances run, measures the steady state, and checks that nothing is lost.</summary>
    public async Task<InstancePhase> MeasureAsync(int count, Func<ValueTask<long>> countWork)
    {
        var (receiver, duration) = (_run.Receiver, _run.Options.PhaseDuration);
        var running = _instances[..count];
        var underWay = count * _run.Options.UnderWay;
        var before = receiver.Count;
        _granted.Add(before - _granted.Value);
        await Task.WhenAll(running.Select(instance => instance.StartAsync(underWay)));

        // However slow the machine is: the window begins when all have started, and is no moment in which nothing was written.
        await Task.Delay(duration * RampUp, TimeProvider.System);
        await receiver.WaitForAsync(before + (2 * underWay), Patience);
        var (firstWork, firstArrived, first) = (await countWork(), receiver.Count, TimeProvider.System.GetTimestamp());
        await Task.Delay(duration * (1 - RampUp), TimeProvider.System);
        await receiver.WaitForAsync(firstArrived + (2 * underWay), Patience);
        var (lastWork, lastArrived, last) = (await countWork(), receiver.Count, TimeProvider.System.GetTimestamp());

        var sent = await Task.WhenAll(running.Select(static instance => instance.EndAsync()));
        await receiver.WaitForAsync(before + sent.Sum(static one => one.Count), Patience);
        var attempts = await Task.WhenAll(_instances.Select(static instance => instance.StopAsync()));
        _run.Check([.. sent.SelectMany(static one => one)], await receiver.TakeAsync());
        double arrived = lastArrived - firstArrived;
        return new InstancePhase(
            arrived / TimeProvider.System.GetElapsedTime(first, last).TotalSeconds,
            (lastWork - firstWork) / Math.Max(1, arrived),
            Shares([.. sent.Select(static one => (double)one.Count)]),
            Shares([.. attempts.Take(count).Select(static one => (double)one)]),
            attempts.Sum() - sent.Sum(static one => one.Count));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        _granted.Dispose();
        _folder.Delete(recursive: true);
    }

    private static double[] Shares(double[] counts) => [.. counts.Select(count => count / Math.Max(1, counts.Sum()))];
}
