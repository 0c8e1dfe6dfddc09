using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Webhooks.Core.Tests.Engine;

namespace Webhooks.Core.Tests.Hostile;

/// <summary>Does with every connection what a script says, once a request's headers have come.</summary>
internal sealed class HostileReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Connection, Task> _script;
    private readonly Task _accepting;
    private readonly Signal _signal = new();
    private int _accepted;

    public HostileReceiver(Func<Connection, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many connections were made to it.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Waits until a script has said that it is as far as the test wants it.</summary>
    public Task ReadyAsync() => _signal.WhenAsync(() => IsReady);

    private bool IsReady { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Interlocked.Increment(ref _accepted);
            _connections.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[65536], _stop.Token);
                await _script(new Connection(this, client, stream, _stop.Token));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The sender hung up, or the test is over.
            }
        }
    }

    /// <summary>What a script can do.</summary>
    internal sealed class Connection(HostileReceiver receiver, TcpClient client, NetworkStream stream, CancellationToken stop)
    {
        public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

        public Task SendAsync(byte[] bytes) => stream.WriteAsync(bytes, stop).AsTask();

        /// <summary>Sends the same without an end, and is ready after some of it.</summary>
        public async Task SendForeverAsync(string text)
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(text, 1 + (16_384 / text.Length))));
            for (var i = 0; ; i++)
            {
                await SendAsync(bytes);
                if (i == 100)
                {
                    Ready();
                }
            }
        }

        /// <summary>Lets the test go on, and waits for its end.</summary>
        public async Task HangAsync()
        {
            Ready();
            await new Gate().PassAsync(stop);
        }

        /// <summary>Ends the connection with a reset.</summary>
        public void Reset()
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Close();
        }

        private void Ready()
        {
            receiver.IsReady = true;
            receiver._signal.Raise();
        }
    }
}
