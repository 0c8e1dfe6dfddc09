using System.Net;
using System.Net.Sockets;

namespace Webhooks.LoadTest.Receiving;

/// <summary>A receiver on a bare socket. It does as little as a receiver can: what the sender costs stands out.</summary>
internal sealed class SocketServer : IReceiverServer
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Receiver _receiver;

    public SocketServer(Receiver receiver)
    {
        _receiver = receiver;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptAsync();
            _ = new ReceiverConnection(socket, _receiver).RunAsync();
        }
    }
}
