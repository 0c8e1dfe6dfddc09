using Webhooks.LoadTest.Receiving;

namespace Webhooks.LoadTest.Sending;

/// <summary>
/// Publishes as fast as deliveries arrive: so many messages at most are on their way, so that what is measured is a steady
/// state, and not how fast a backlog grows.
/// </summary>
/// <param name="host">Who publishes.</param>
/// <param name="receiver">Where it arrives.</param>
/// <param name="fanOut">To how many endpoints each message goes.</param>
/// <param name="publishers">How many publish at a time.</param>
/// <param name="underWay">How many deliveries are on their way at most.</param>
internal sealed class PublishLoad(SendingHost host, ReceiverProcess receiver, int fanOut, int publishers, int underWay) : ILoad
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private int _number;
    private long _published;

    public SentLog Sent { get; } = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var before = receiver.Count;
        _published = 0;
        var room = new Room(Math.Max(1, underWay / fanOut));
        using var ended = new CancellationTokenSource();
        var pump = MakeRoomAsync(room, before, ended.Token);
        await Task.WhenAll(Enumerable.Range(0, publishers).Select(_ => Task.Run(() => PublishAsync(room, stop), CancellationToken.None)));
        await ended.CancelAsync();
        await pump;
        await receiver.WaitForAsync(before + (_published * fanOut), Patience);
    }

    private async Task PublishAsync(Room room, CancellationToken stop)
    {
        var sent = Sent.NewList();
        var taker = new Room.Taker(room);
        while (true)
        {
            await taker.TakeAsync();
            if (stop.IsCancellationRequested)
            {
                // The others that wait are let go too.
                room.Release(1);
                return;
            }

            var number = Interlocked.Increment(ref _number);
            sent.Add(SentMessage.Of(await host.PublishBareAsync(number)));
            Interlocked.Increment(ref _published);
        }
    }

    private async Task MakeRoomAsync(Room room, long before, CancellationToken ended)
    {
        long released = 0;
        using var timer = new PeriodicTimer(Glance, TimeProvider.System);
        while (!ended.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var arrived = (receiver.Count - before) / fanOut;
            if (arrived > released)
            {
                room.Release((int)(arrived - released));
                released = arrived;
            }
        }
    }
}
