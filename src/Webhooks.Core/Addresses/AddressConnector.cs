using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Http;

namespace Webhooks.Addresses;

/// <summary>Makes the connections of attempts, to addresses that the policy allows and to no others.</summary>
internal sealed class AddressConnector(
    AddressPolicies policies, HostLookup lookup, IOptions<WebhooksOptions> options, ILogger<AddressConnector> logger)
{
    private readonly Uri? _proxy = ConnectionOptions.ReadProxy(options.Value.Connections.Proxy);

    /// <summary>The policy of the tenant whose request it is; without it, the application's holds.</summary>
    public static readonly HttpRequestOptionsKey<AddressPolicy> Policy = new("Webhooks.AddressPolicy");

    /// <summary>Has the primary handler connect here, the host's own too, unless it makes its connections itself.</summary>
    /// <exception cref="InvalidOperationException">It cannot be made to.</exception>
    public static void Guard(HttpMessageHandlerBuilder builder)
    {
        switch (builder.PrimaryHandler)
        {
            case SocketsHttpHandler { ConnectCallback: null } handler:
                handler.ConnectCallback = builder.Services.GetRequiredService<AddressConnector>().ConnectAsync;
                break;
            case HttpClientHandler:
                throw new InvalidOperationException(
                    $"The client '{builder.Name}' has an {nameof(HttpClientHandler)} as its primary handler, whose connections cannot be "
                    + $"checked against the address rules. Use a {nameof(SocketsHttpHandler)}.");
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var policy = context.InitialRequestMessage.Options.TryGetValue(Policy, out var tenants) ? tenants : policies.Application;
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        if (_proxy is not null && port == _proxy.Port && string.Equals(host, _proxy.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            // Chosen by the host. Where requests lead is checked before each of them.
            return await ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await lookup.FindAsync(policy, host, port, cancellationToken).ConfigureAwait(false);
        }
        catch (ForbiddenAddressException exception)
        {
            logger.ConnectionForbidden(host, port, exception.Refusal.Reason, exception.Address);
            throw;
        }

        for (var i = 0; ; i++)
        {
            try
            {
                var address = addresses[i].IsIPv4MappedToIPv6 ? addresses[i].MapToIPv4() : addresses[i];
                return await ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                // The next one, as long as the attempt's deadline allows.
            }
        }
    }

    private static async ValueTask<Stream> ConnectAsync(EndPoint target, CancellationToken cancellationToken)
    {
        var socket = target is IPEndPoint
            ? new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
