using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>Counts the connections that really arrive at an address of this machine, and answers every request on them.</summary>
internal sealed class CountingReceiver : IDisposable
{
    private readonly TcpListener _listener;
    private readonly string _answer;
    private readonly CancellationTokenSource _stop = new();
    private int _connected;
    private int _answered;

    /// <summary>Listens.</summary>
    /// <param name="address">Where.</param>
    /// <param name="port">0 for any.</param>
    /// <param name="keepAlive">Whether a connection serves many requests.</param>
    public CountingReceiver(string address, int port = 0, bool keepAlive = false)
    {
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _answer = $"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{(keepAlive ? "" : "Connection: close\r\n")}\r\n";
        _listener.Start();
        _ = AcceptAsync(_stop.Token);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connected);

    public int Answered => Volatile.Read(ref _answered);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(stop);
            Interlocked.Increment(ref _connected);
            _ = AnswerAsync(client, stop);
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        using var connection = client;
        var stream = client.GetStream();
        var buffer = new byte[65_536];

        // Requests of these tests are small: they come with their body in one or two pieces, and end with it.
        var received = "";
        while (await stream.ReadAsync(buffer, stop) is var length and > 0)
        {
            received += Encoding.Latin1.GetString(buffer, 0, length);
            if (!received.EndsWith('}'))
            {
                continue;
            }

            received = "";

            // Before the answer, which is all that a test waits for.
            Interlocked.Increment(ref _answered);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(_answer), stop);
            if (_answer.Contains("close", StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}
