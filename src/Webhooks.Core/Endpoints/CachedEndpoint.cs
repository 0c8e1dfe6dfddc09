using System.Text;
using Webhooks.Dispatching;
using Webhooks.Http.OAuth;
using Webhooks.Http.Tls;
using Webhooks.Operations;
using Webhooks.Signing;
using Webhooks.Storage;
using Webhooks.Transformations;

namespace Webhooks.Endpoints;

/// <summary>An endpoint as attempts use it: what each of them would work out anew stands here once.</summary>
/// <param name="stored">The endpoint.</param>
/// <param name="signers">The application's signers.</param>
/// <param name="loadedAt">When it was read.</param>
internal sealed class CachedEndpoint(EndpointWithSecrets stored, WebhookSigners signers, DateTimeOffset loadedAt)
{
    private const string Authorization = "Authorization";

    private Uri? _url;

    /// <summary>The headers of every request; those of the credentials in place of others of the same name.</summary>
    public KeyValuePair<string, string>[] Headers { get; } = CreateHeaders(stored);

    /// <summary>Who signs its requests, with what.</summary>
    public EndpointSigning Signing { get; } = new(stored, signers);

    /// <summary>Its access token; null where it needs none.</summary>
    public OAuthSession? OAuth { get; } = stored.Credentials?.OAuth is { } oauth
        ? new OAuthSession(stored.Endpoint.TenantId, oauth)
        : null;

    /// <summary>The TLS identity of its connections; null for the one of all.</summary>
    public TlsIdentity? Tls { get; } = (stored.Credentials?.ClientCertificate ?? stored.Endpoint.Settings.TrustedCertificates) is null
        ? null
        : new TlsIdentity(stored.Credentials?.ClientCertificate, stored.Endpoint.Settings.TrustedCertificates);

    /// <summary>The name of the handler of the host's that its deliveries go to; null where they go over the network.</summary>
    public string? Handler { get; } = OperationalHandler.FindName(stored.Endpoint.TenantId, stored.Endpoint.Settings.Url);

    /// <summary>Which parts of payloads it gets; null for all as they are.</summary>
    public ProjectionTree? Projection { get; } = stored.Endpoint.Settings.Projection is { } projection ? new ProjectionTree(projection) : null;

    /// <summary>When it was read.</summary>
    public DateTimeOffset LoadedAt => loadedAt;

    /// <summary>Since when it fails.</summary>
    public HealthNote Health { get; } = new(stored.Endpoint.FailingSince);

    public EndpointKey Key => stored.Key;

    public WebhookEndpoint Endpoint => stored.Endpoint;

    public EndpointSettings Settings => stored.Endpoint.Settings;

    /// <summary>Where attempts go. Read first by an attempt: a URL that somebody spoilt in the store fails that, and is logged.</summary>
    public Uri Url => _url ??= new Uri(stored.Endpoint.Settings.Url);

    /// <summary>Whether nothing may be attempted, by a pause that is not over.</summary>
    public bool IsClosed(DateTimeOffset now) =>
        stored.Endpoint is { PausedUntil: { } until, PauseReason: not (null or PauseReason.Backlog) } && until > now;

    private static KeyValuePair<string, string>[] CreateHeaders(EndpointWithSecrets endpoint)
    {
        var headers = new Dictionary<string, string>(endpoint.Endpoint.Settings.Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in endpoint.Credentials?.Headers.AsEnumerable() ?? [])
        {
            headers[name] = value;
        }

        switch (endpoint.Credentials)
        {
            case { Basic: { } basic }:
                var pair = Encoding.UTF8.GetBytes($"{basic.UserName}:{basic.Password}");
                headers[Authorization] = $"Basic {Convert.ToBase64String(pair)}";
                break;
            case { BearerToken: { } token }:
                headers[Authorization] = $"Bearer {token}";
                break;
            case { OAuth: not null }:
                // Each request gets the token of its time.
                headers.Remove(Authorization);
                break;
            default:
                break;
        }

        return [.. headers];
    }
}
