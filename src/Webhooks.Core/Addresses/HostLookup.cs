using System.Net;
using System.Net.Sockets;

namespace Webhooks.Addresses;

/// <summary>Finds the addresses of a host and lets none of them pass unless all may be reached.</summary>
internal sealed class HostLookup(IHostResolver resolver)
{
    /// <summary>Finds where a connection may go: one look-up, whose answer is what is connected to.</summary>
    /// <exception cref="ForbiddenAddressException">The policy forbids the port, the name, or one of its addresses.</exception>
    /// <exception cref="SocketException">The name has no address.</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(
        AddressPolicy policy, string host, int port, CancellationToken cancellationToken)
    {
        var name = HostName.Normalize(host);
        if (policy.Check(name, port) is { } refusal)
        {
            throw new ForbiddenAddressException(refusal);
        }

        if (HostName.ToAddress(name) is { } literal)
        {
            return [literal];
        }

        IPAddress[] addresses = [.. await resolver.ResolveAsync(host, cancellationToken).ConfigureAwait(false)];
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        // One that is forbidden condemns the name: who mixes public and private addresses hopes for the private one.
        foreach (var address in addresses)
        {
            if (policy.FindBlock(address) is { } block)
            {
                var reason = $"host '{name}' has an address in a network that is not allowed ({block.Reason})";
                throw new ForbiddenAddressException(new AddressRefusal(AddressRefusal.Address, reason), address);
            }
        }

        return addresses;
    }
}
