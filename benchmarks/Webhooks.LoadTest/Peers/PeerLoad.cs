using System.Globalization;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Peers;

/// <summary>
/// Publishes by a peer's own bulk insert as fast as its deliveries arrive, so that its queue never runs dry and never grows.
/// </summary>
/// <param name="peer">Who publishes and delivers.</param>
/// <param name="receiver">Where it arrives.</param>
/// <param name="processes">How many of the peer's processes take part.</param>
/// <param name="batch">How many events are stored at once.</param>
/// <param name="underWay">How many deliveries are on their way at most.</param>
internal sealed class PeerLoad(Peer peer, ReceiverProcess receiver, int processes, int batch, int underWay) : ILoad
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PeerProcess[] _processes = [.. peer.Processes.Take(processes)];

    public string Library => peer.Library;

    public int ProcessCount => processes;

    public TimeSpan ProcessorTime => _processes.Aggregate(TimeSpan.Zero, static (sum, process) => sum + process.ProcessorTime);

    public SentLog Sent { get; } = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var before = receiver.Count;
        var inserts = new List<Task>();
        using (var timer = new PeriodicTimer(Glance, TimeProvider.System))
        {
            while (!stop.IsCancellationRequested)
            {
                while (((inserts.Count + 1) * batch) - (receiver.Count - before) <= underWay)
                {
                    inserts.Add(PublishAsync(_processes[inserts.Count % _processes.Length]));
                }

                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        await Task.WhenAll(inserts);
        await receiver.WaitForAsync(before + (inserts.Count * batch), Patience);
    }

    /// <summary>Starts or stops to deliver, by <c>work</c> and <c>rest</c>.</summary>
    public Task CommandAsync(string command) => Task.WhenAll(_processes.Select(process => process.CommandAsync(command)));

    private async Task PublishAsync(PeerProcess process)
    {
        var first = peer.TakeNumbers(batch);
        var sent = Sent.NewList();
        await process.CommandAsync(string.Create(CultureInfo.InvariantCulture, $"publish {first} {batch}"));
        var now = TimeProvider.System.GetTimestamp();
        sent.AddRange(Enumerable.Range(0, batch).Select(i => new SentMessage(
            string.Create(CultureInfo.InvariantCulture, $"{peer.Library}-{first + i}"), 1, now)));
    }
}
