using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Endpoints;

/// <summary>An endpoint as attempts use it: what each of them would work out anew stands here once.</summary>
internal sealed class CachedEndpoint(StoredEndpoint stored)
{
    /// <summary>The secrets, the newest first, where none of them expires.</summary>
    private readonly WebhookSecret[]? _lasting = stored.Secrets.All(static secret => secret.ExpiresAt is null)
        ? [.. stored.Secrets.Select(static secret => secret.Secret)]
        : null;

    private Uri? _url;

    public EndpointKey Key => stored.Key;

    public WebhookEndpoint Endpoint => stored.Endpoint;

    public EndpointSettings Settings => stored.Endpoint.Settings;

    /// <summary>Where attempts go. Read first by an attempt: a URL that somebody spoilt in the store fails that, and is logged.</summary>
    public Uri Url => _url ??= new Uri(stored.Endpoint.Settings.Url);

    /// <summary>The secrets to sign with, the newest first.</summary>
    public WebhookSecret[] LiveSecrets(DateTimeOffset now) =>
        _lasting
        ?? [.. stored.Secrets.Where(secret => secret.ExpiresAt is null || secret.ExpiresAt > now).Select(static secret => secret.Secret)];
}
