using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Webhooks.Signing;

namespace Webhooks.Http;

/// <summary>The headers that an endpoint cannot set: those of signers, of the body, of the connection, of a trace that is sent, and ours.</summary>
internal sealed class ReservedHeaders(WebhookSigners signers, IOptions<WebhooksOptions> options)
{
    public const string TraceParent = "traceparent";

    private const string ContentPrefix = "Content-";
    private const string ProxyPrefix = "Proxy-";

    private static readonly FrozenSet<string> NamesOfHttp = FrozenSet.ToFrozenSet(
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
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly FrozenSet<string> _names = signers.HeaderNames
        .Concat(options.Value.Diagnostics.SendTraceParent ? [TraceParent, "tracestate"] : Array.Empty<string>())
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether HTTP itself or the body needs a header.</summary>
    public static bool IsOfHttp(string name) =>
        NamesOfHttp.Contains(name)
        || name.StartsWith(ContentPrefix, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(ProxyPrefix, StringComparison.OrdinalIgnoreCase);

    public bool Contains(string name) => _names.Contains(name) || IsOfHttp(name);
}
