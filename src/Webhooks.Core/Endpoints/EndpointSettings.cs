using Webhooks.Dispatching;
using Webhooks.Transformations;

namespace Webhooks.Endpoints;

/// <summary>What the owner of an endpoint decides about it.</summary>
public sealed record EndpointSettings
{
    /// <summary>
    /// Where deliveries are posted to: an absolute <c>https</c> URL (<c>http</c> only where the host allows it, with
    /// <see cref="WebhooksOptions.AllowInsecureUrls"/>), at most 2,048 characters, without user info and fragment. Its host, or what
    /// its host's name leads to, is an address that <see cref="WebhooksOptions.Addresses"/> allows; that is checked again on every
    /// connection.
    /// </summary>
    public required string Url { get; init; }

    /// <summary>
    /// The event types that it subscribes to, at least one and at most 256: exact names, prefixes such as <c>task.*</c>, or
    /// <c>*</c> for all. Each names at least one type of the catalog.
    /// </summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>
    /// The channels that it listens on, at most 16 of 1 to 128 of <c>A-Z a-z 0-9 _ - .</c>; it then gets only messages that
    /// share one. None: it gets messages whatever their channels. Default: none.
    /// </summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>
    /// What the payloads have to meet that it gets, as JSON (<see cref="Webhooks.Filters.PayloadFilter"/>):
    /// <c>{"data":{"total":{"$gte":100}}}</c>. It is asked when a message is published, of the payload as it is stored; what it leaves
    /// out makes no delivery. At most 8,192 characters; it is kept in the form of
    /// <see cref="Webhooks.Filters.PayloadFilter.Text"/>. Null for all payloads. Default: null.
    /// </summary>
    public string? Filter { get; init; }

    /// <summary>A name for people, 1 to 255 characters. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>A description for people, at most 2,048 characters. Default: none.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Headers that each attempt carries, at most 32, names by RFC 9110 section 5.6.2 and values of visible ASCII, spaces and
    /// tabs up to 4,096 characters. The headers that the library or HTTP itself needs are refused.
    /// Values that are secret belong in <see cref="EndpointCredentials.Headers"/>: these are stored and shown in the clear. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The names of the schemes that its requests are signed by, 1 to 8 of <see cref="Webhooks.Signing.SigningOptions.Schemes"/> and
    /// of the signers that the host registered: several for the time in which its receiver changes over. Null for the
    /// application's. Default: null.
    /// </summary>
    public IReadOnlyList<string>? SigningSchemes { get; init; }

    /// <summary>
    /// The version of the event catalog that its payloads are in, one that the catalog has: of each event type it gets the newest form
    /// that is not newer. Null for the application's, <see cref="WebhooksOptions.EventVersion"/>. Default: null.
    /// </summary>
    public string? EventVersion { get; init; }

    /// <summary>
    /// The name of the transformation of the host's that makes what it gets of each payload
    /// (<see cref="Webhooks.Transformations.IWebhookTransformation"/>). Null for none. Default: null.
    /// </summary>
    public string? Transformation { get; init; }

    /// <summary>
    /// Which parts of payloads it gets, and under which names; it is applied to what the <see cref="Transformation"/> has made, if there is one.
    /// Null for all as they are. Default: null.
    /// </summary>
    public PayloadProjection? Projection { get; init; }

    /// <summary>Its own retry schedule; null for the application's. Default: null.</summary>
    public RetrySchedule? RetrySchedule { get; init; }

    /// <summary>
    /// Whether it gets its deliveries strictly in the order in which they were published: one at a time, each when the one before it has
    /// ended. A delivery that fails is tried again before any other; when it has succeeded, failed for good or was canceled, the
    /// next one follows. What is published before a publish begins comes first, whichever instances the two are on. Default: false.
    /// </summary>
    public bool IsOrdered { get; init; }

    /// <summary>
    /// The most attempts to it at a time on one instance, 1 to 1,000; 1 if it <see cref="IsOrdered"/>. Null for the application's, or
    /// for 1. Default: null.
    /// </summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>
    /// The most attempts to it in a time, on all instances together: 1 to 10,000 in a period of 1 second to 1 day, spread out
    /// evenly; what is more waits for its turn. Null for no limit. Default: null.
    /// </summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>
    /// The only certificate authorities that its receiver's certificate may come from, instead of those that the system trusts:
    /// PEM (RFC 7468) of 1 to 16 certificates, at most 64 KiB. It is how a private authority is trusted, or a public one pinned; a
    /// certificate that is its own authority pins itself. Default: none, the system's.
    /// </summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>Its URL without what may hold credentials (user info, query), and its event types.</summary>
    public override string ToString() =>
        $"{nameof(EndpointSettings)} {{ {nameof(Url)} = {EndpointUrlValidator.WithoutSecrets(Url) ?? "***"}, "
        + $"{nameof(EventTypes)} = {string.Join(' ', EventTypes)} }}";
}
