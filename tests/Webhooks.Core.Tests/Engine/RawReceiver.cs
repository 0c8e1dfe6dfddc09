using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webhooks.Core.Tests.Engine;

/// <summary>Answers every connection with fixed bytes, once a request has come, and closes it.</summary>
internal sealed class RawReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    public RawReceiver(string answer)
    {
        _listener.Start();
        _accepting = AcceptAsync(Encoding.Latin1.GetBytes(answer));
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task AcceptAsync(byte[] answer)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            var buffer = new byte[65536];
            _ = await stream.ReadAsync(buffer);
            await stream.WriteAsync(answer);
            client.Client.Shutdown(SocketShutdown.Send);

            // Until the other side has read everything and closes too: no reset that could take the answer with it.
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
    }
}
