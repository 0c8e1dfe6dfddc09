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
}
