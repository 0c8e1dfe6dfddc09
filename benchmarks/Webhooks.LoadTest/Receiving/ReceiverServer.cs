using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webhooks.LoadTest.Receiving;

/// <summary>
/// A receiver on a bare socket: it verifies each request, records it, and answers. It does as little as a receiver can, so
/// that the sender is what is measured.
/// </summary>
internal sealed class ReceiverServer : IDisposable
{
    /// <summary>In a path in the place of a status: the request is never answered.</summary>
    public const int NoAnswer = 0;

    private const int Ok = 200;
    private const int Unauthorized = 401;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SharedCounter _counter;
    private readonly RateLimit _limit = new();
    private byte[] _key = [];
    private long _badCount;

    public ReceiverServer(SharedCounter counter)
    {
        _counter = counter;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public ArrivalLog Arrivals { get; } = new();

    /// <summary>How many requests were not signed with the secret.</summary>
    public long BadCount => Interlocked.Read(ref _badCount);

    public void SetKey(ReadOnlySpan<byte> key) => Volatile.Write(ref _key, key.ToArray());

    /// <summary>
    /// Takes a request. Where its path says <see cref="RateLimit.Status"/>, only so many a second are accepted as the limit lets
    /// pass; nobody waits for those, and so they are not counted.
    /// </summary>
    /// <returns>The status to answer; <see cref="NoAnswer"/> for none.</returns>
    public int Accept(in ReceivedRequest request)
    {
        if (!SignatureCheck.IsValid(Volatile.Read(ref _key), request))
        {
            Interlocked.Increment(ref _badCount);
            return Unauthorized;
        }

        if (request.Status == RateLimit.Status && _limit.TryPass())
        {
            Record(request);
            return Ok;
        }

        if (request.Status is >= 200 and < 300)
        {
            Record(request);
            _counter.Increment();
        }

        return request.Status;
    }

    public void Dispose() => _listener.Dispose();

    private void Record(in ReceivedRequest request) => Arrivals.Add(new Arrival(
        request.Target, Encoding.ASCII.GetString(request.Id), TimeProvider.System.GetTimestamp()));

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptAsync();
            _ = new ReceiverConnection(socket, this).RunAsync();
        }
    }
}
