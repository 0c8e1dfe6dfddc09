using Webhooks.Endpoints;

namespace Webhooks.Http.OAuth;

/// <summary>The token of one endpoint, while its credentials stay as they are.</summary>
internal sealed class OAuthSession(string tenantId, OAuthClientCredentials credentials)
{
    private readonly Lock _lock = new();
    private AccessToken? _token;
    private Task<AccessToken>? _request;

    /// <summary>Whose credentials they are.</summary>
    public string TenantId => tenantId;

    public OAuthClientCredentials Credentials => credentials;

    /// <summary>Takes the token, or waits for the one request for it that is under way, or begins it.</summary>
    public ValueTask<AccessToken> GetAsync(
        DateTimeOffset now, Func<OAuthSession, Task<AccessToken>> request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_token is { } token && now < token.RefreshAt)
            {
                return ValueTask.FromResult(token);
            }

            // The request belongs to all who wait for it: none of them ends it, and it has a deadline of its own.
            _request ??= Task.Run(() => RequestAsync(request), CancellationToken.None);
            return new ValueTask<AccessToken>(_request.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Forgets a token that was refused, unless another has come in its place.</summary>
    public void Drop(AccessToken token)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_token, token))
            {
                _token = null;
            }
        }
    }

    private async Task<AccessToken> RequestAsync(Func<OAuthSession, Task<AccessToken>> request)
    {
        AccessToken? token = null;
        try
        {
            return token = await request(this).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _token = token;
                _request = null;
            }
        }
    }
}
