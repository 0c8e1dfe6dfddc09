using System.Net;

namespace Webhooks.Addresses;

/// <summary>Finds the addresses of host names. The system's resolver by default; a host may register its own.</summary>
public interface IHostResolver
{
    /// <summary>Finds all addresses of a name. It is asked once for each connection, and connections go to nothing else.</summary>
    /// <param name="host">The name, in ASCII (RFC 5891 for international ones); never a literal address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The addresses, in the order in which they are tried; empty when the name has none.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The name cannot be resolved.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
