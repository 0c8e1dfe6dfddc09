using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Instances;

/// <summary>
/// Publishes as fast as deliveries arrive, together with other instances: so many deliveries of all of them are on their way
/// at most, whichever publishes them.
/// </summary>
/// <param name="host">Who publishes.</param>
/// <param name="settings">What the instance was told.</param>
/// <param name="underWay">How many deliveries of all instances are on their way at most.</param>
internal sealed class SharedLoad(SendingHost host, InstanceSettings settings, int underWay) : IDisposable
{
    /// <summary>The room that an instance takes ahead: what it does not use must not be missing for the others.</summary>
    private const int MostAhead = 256;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    private readonly SharedCounter _arrived = new(settings.ArrivedFile);
    private readonly SharedCounter _granted = new(settings.GrantedFile);
    private readonly SemaphoreSlim _room = new(0);
    private readonly CancellationTokenSource _ending = new();
    private readonly SentLog _sent = new();
    private Task _running = Task.CompletedTask;
    private int _number;

    public void Start() => _running = Task.WhenAll(
        [MakeRoomAsync(), .. Enumerable.Range(0, settings.Publishers).Select(_ => Task.Run(PublishAsync))]);

    /// <summary>Ends the publishing.</summary>
    /// <returns>What was published.</returns>
    public async Task<IReadOnlyList<SentMessage>> EndAsync()
    {
        await _ending.CancelAsync();
        await _running;
        return _sent.Take();
    }

    public void Dispose()
    {
        _arrived.Dispose();
        _granted.Dispose();
        _room.Dispose();
        _ending.Dispose();
    }

    private async Task PublishAsync()
    {
        var list = _sent.NewList();
        while (true)
        {
            await _room.WaitAsync();
            if (_ending.IsCancellationRequested)
            {
                // The others that wait are let go too.
                _room.Release();
                return;
            }

            list.Add(await host.PublishAsync(Interlocked.Increment(ref _number)));
        }
    }

    private async Task MakeRoomAsync()
    {
        using var timer = new PeriodicTimer(Glance, TimeProvider.System);
        while (!_ending.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var free = underWay - (_granted.Value - _arrived.Value);
            var taken = (int)Math.Min(free, MostAhead - _room.CurrentCount);
            if (taken > 0)
            {
                _granted.Add(taken);
                _room.Release(taken);
            }
        }

        _room.Release();
    }
}
