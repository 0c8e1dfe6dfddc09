using System.Collections.Frozen;
using Webhooks.Signing;

namespace Webhooks.Http;

/// <summary>The headers that an endpoint cannot set: those of the signer, of the body, of the connection, and ours.</summary>
internal sealed class ReservedHeaders(IWebhookSigner signer)
{
    private const string ContentPrefix = "Content-";
    private const string ProxyPrefix = "Proxy-";

    private readonly FrozenSet<string> _names = FrozenSet.ToFrozenSet(
        [
            "Accept-Encoding",
            "Connection",
            "Date",
            "Expect",
            "Host",
            "HTTP2-Settings",
            "Keep-Alive",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "User-Agent",
            .. signer.HeaderNames,
        ],
        StringComparer.OrdinalIgnoreCase);

    public bool Contains(string name) =>
        _names.Contains(name)
        || name.StartsWith(ContentPrefix, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(ProxyPrefix, StringComparison.OrdinalIgnoreCase);
}
