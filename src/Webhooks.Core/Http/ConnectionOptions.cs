using System.ComponentModel.DataAnnotations;
using Webhooks.Validation;

namespace Webhooks.Http;

/// <summary>The connections over which attempts are sent.</summary>
public sealed class ConnectionOptions
{
    /// <summary>
    /// The most HTTP/1.1 connections at a time to one server (host and port), 1 to 10,000: attempts beyond it wait, within their
    /// deadline. Null for no limit but those on attempts, <c>Dispatcher.MaxConcurrency</c> and
    /// <c>Dispatcher.MaxConcurrencyPerEndpoint</c>. Default: null.
    /// </summary>
    [Range(1, 10_000)]
    public int? MaxPerServer { get; set; }

    /// <summary>
    /// How long a connection is used, 10 seconds to 1 hour: after this time, a change in DNS or in the address policy is in
    /// effect everywhere. Default: 5 minutes.
    /// </summary>
    [TimeSpanRange("00:00:10", "01:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A proxy that all requests go through: an absolute <c>http</c>, <c>https</c> or <c>socks5</c> URL without user info. Null for
    /// none: that of the environment is never used. Default: null.
    /// </summary>
    /// <remarks>
    /// A hole in the address policy: the proxy looks names up for itself, and connects where it likes. A name is still checked
    /// before each request, as this machine sees it, and passes if this machine cannot look it up. What counts is that the proxy
    /// refuses addresses that are not public by itself. The proxy's own address is not checked.
    /// </remarks>
    public string? Proxy { get; set; }

    /// <summary>The proxy's URL, when it is one.</summary>
    internal static Uri? ReadProxy(string? proxy) =>
        Uri.TryCreate(proxy, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https" or "socks5", UserInfo: "", PathAndQuery: "/" or "", Host.Length: > 0, Port: > 0 }
            ? url
            : null;
}
