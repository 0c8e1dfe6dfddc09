using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Http;
using Webhooks.Operations;
using Webhooks.Replay;
using Webhooks.Signing;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks;

/// <summary>The settings of Webhooks.Core. They are checked when the host starts.</summary>
public sealed class WebhooksOptions
{
    /// <summary>The largest payload that can be published, in bytes with its envelope: 1 KiB to 16 MiB. Default: 256 KiB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxPayloadBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Whether endpoints may have <c>http</c> URLs: for development and closed networks only. It says nothing about where they
    /// may lead: that is <see cref="Addresses"/>. Default: false.
    /// </summary>
    public bool AllowInsecureUrls { get; set; }

    /// <summary>
    /// Whether the host name of an endpoint's URL is looked up when the endpoint is created or changed, so that its owner hears
    /// at once of one that does not exist or leads to a forbidden address. Every connection is checked in any case. Default: false.
    /// </summary>
    public bool ResolveUrlsAtRegistration { get; set; }

    /// <summary>
    /// The <c>User-Agent</c> of attempts (RFC 9110, section 10.1.5), 1 to 255 visible ASCII characters and spaces. Default:
    /// <c>Webhooks.Core</c>.
    /// </summary>
    [Required]
    [StringLength(255, MinimumLength = 1)]
    public string UserAgent { get; set; } = "Webhooks.Core";

    /// <summary>
    /// The version of the event catalog that payloads are in for endpoints that chose none
    /// (<see cref="Endpoints.EndpointSettings.EventVersion"/>); one that the catalog has. Set it to the version before when a form changes, so
    /// that subscribers move on when they are ready. Null for the newest of each event type. Default: null.
    /// </summary>
    public string? EventVersion { get; set; }

    /// <summary>Where attempts may go. By default, to every address of the public internet and to no other.</summary>
    public AddressRules Addresses { get; } = new();

    /// <summary>How attempts are signed.</summary>
    [ValidateObjectMembers]
    public SigningOptions Signing { get; } = new();

    /// <summary>How due deliveries are attempted.</summary>
    [ValidateObjectMembers]
    public DispatcherOptions Dispatcher { get; } = new();

    /// <summary>The connections over which attempts are sent.</summary>
    [ValidateObjectMembers]
    public ConnectionOptions Connections { get; } = new();

    /// <summary>
    /// How long every attempt to an endpoint has to fail before it is disabled, as <see cref="Endpoints.IWebhookEndpoints.DisableAsync"/>
    /// does: 0 to 365 days, 0 for never. Default: 5 days.
    /// </summary>
    [TimeSpanRange("00:00:00", "365.00:00:00")]
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>When attempts to an endpoint that fails are stopped for a while.</summary>
    [ValidateObjectMembers]
    public CircuitBreakerOptions CircuitBreaker { get; } = new();

    /// <summary>When failed attempts are repeated.</summary>
    [ValidateObjectMembers]
    public RetryOptions Retry { get; } = new();

    /// <summary>The pace of replays.</summary>
    [ValidateObjectMembers]
    public ReplayOptions Replay { get; } = new();

    /// <summary>How long messages and attempts are kept.</summary>
    [ValidateObjectMembers]
    public RetentionOptions Retention { get; } = new();

    /// <summary>What operators are told about endpoints and deliveries.</summary>
    [ValidateObjectMembers]
    public OperationalEventsOptions OperationalEvents { get; } = new();

    /// <summary>What operators see, and what receivers see of it.</summary>
    [ValidateObjectMembers]
    public DiagnosticsOptions Diagnostics { get; } = new();
}
