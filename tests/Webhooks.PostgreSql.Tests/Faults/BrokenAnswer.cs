using System.Net;
using System.Net.Sockets;
using Npgsql;
using Webhooks.PostgreSql.Tests.Hosts;

namespace Webhooks.PostgreSql.Tests.Faults;

/// <summary>A way to the server that can lose an answer: what was asked has then been done, and nobody is told.</summary>
internal sealed class BrokenAnswer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly TaskCompletionSource _isHolding = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _hold;

    public BrokenAnswer(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        _accepting = AcceptAsync();
        var way = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        ConnectionString = way.ConnectionString;
        DataSource = NpgsqlDataSource.Create(way);
    }

    /// <summary>Leads this way, for connections that others make.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections that go this way.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>From now on answers are held back, until <see cref="Break"/>.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until an answer is held back.</summary>
    public Task HoldsAsync() => _isHolding.Task.InTimeAsync();

    /// <summary>Breaks the connections whose answers are held back; later ones work.</summary>
    public void Break()
    {
        var hold = _hold;
        _hold = null;
        hold?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DataSource.DisposeAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptSocketAsync(_end.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var server = await ConnectAsync())
        {
            var asking = CopyAsync(client, server, holds: false);
            var answering = CopyAsync(server, client, holds: true);
            await Task.WhenAny(asking, answering);
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        if (_server.Host!.StartsWith('/'))
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{_server.Host}/.s.PGSQL.{_server.Port}"), _end.Token);
            return socket;
        }

        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await tcp.ConnectAsync(_server.Host, _server.Port, _end.Token);
        return tcp;
    }

    private async Task CopyAsync(Socket from, Socket to, bool holds)
    {
        var buffer = new byte[65_536];
        while (true)
        {
            var count = await from.ReceiveAsync(buffer, _end.Token);
            if (count == 0)
            {
                return;
            }

            if (holds && _hold is { } hold)
            {
                _isHolding.TrySetResult();
                await hold.Task;
                return;
            }

            await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
        }
    }
}
