using Webhooks.LoadTest.Receiving;

namespace Webhooks.LoadTest.Sending;

/// <summary>Sends at a steady rate, whether or not what was sent before has arrived.</summary>
/// <param name="receiver">Where it arrives.</param>
/// <param name="perSecond">How much is sent in a second.</param>
/// <param name="send">Sends the message of a number.</param>
internal sealed class PacedLoad(ReceiverProcess receiver, double perSecond, Func<int, Task<SentMessage>> send) : ILoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public SentLog Sent { get; } = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var before = receiver.Count;
        var sending = new List<Task<SentMessage>>();
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        do
        {
            // The first is due at once: however short the load and slow the machine, there is something to check.
            var due = perSecond * TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            while (sending.Count <= due)
            {
                var number = sending.Count;
                sending.Add(Task.Run(() => send(number), CancellationToken.None));
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        while (!stop.IsCancellationRequested);

        var sent = await Task.WhenAll(sending);
        Sent.NewList().AddRange(sent);
        await receiver.WaitForAsync(before + sent.Sum(static message => message.Copies), Patience);
    }
}
