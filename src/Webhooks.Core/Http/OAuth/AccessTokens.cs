using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;

namespace Webhooks.Http.OAuth;

/// <summary>Asks token endpoints for tokens, through the client of attempts and so under the same rules.</summary>
internal sealed class AccessTokens(AttemptClient client, IOptions<WebhooksOptions> options, TimeProvider timeProvider)
{
    private const int MaxResponseBytes = 64 * 1024;
    private const int MaxTokenLength = 16 * 1024;

    /// <summary>How long before its end a token is replaced; of a short life, a fifth.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>For how long a token is kept of which the endpoint does not say how long it lives, and the longest life that is believed.</summary>
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    /// <summary>The errors of RFC 6749, section 5.2. Others are not repeated: they are the text of a stranger.</summary>
    private static readonly string[] KnownErrors =
        ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];

    /// <summary>Gets the token of an endpoint.</summary>
    /// <exception cref="AccessTokenException">There is none.</exception>
    public ValueTask<AccessToken> GetAsync(OAuthSession session, CancellationToken cancellationToken) =>
        session.GetAsync(timeProvider.GetNow(), RequestAsync, cancellationToken);

    private async Task<AccessToken> RequestAsync(OAuthSession session)
    {
        using var deadline = new CancellationTokenSource(options.Value.Dispatcher.AttemptTimeout, timeProvider);
        try
        {
            using var request = CreateRequest(session);
            using var response = await client.SendAsync(request, session.TenantId, deadline.Token).ConfigureAwait(false);
            var (body, _) = await ResponseExcerpt.ReadAsync(response.Content, MaxResponseBytes, deadline.Token).ConfigureAwait(false);
            return Read(response.StatusCode, TokenResponse.Read(body.Span));
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new AccessTokenException(
                $"The token endpoint gave no complete answer within {options.Value.Dispatcher.AttemptTimeout}.", exception);
        }
        catch (Exception exception) when (exception is not AccessTokenException)
        {
            throw new AccessTokenException(
                $"The request to the token endpoint failed: {AttemptErrors.Classify(exception)}, {AttemptErrors.Describe(exception)}", exception);
        }
    }

    private HttpRequestMessage CreateRequest(OAuthSession session)
    {
        var credentials = session.Credentials;
        List<KeyValuePair<string, string>> form = [new("grant_type", "client_credentials")];
        if (credentials.Scope is { } scope)
        {
            form.Add(new("scope", scope));
        }

        var pair = $"{WebUtility.UrlEncode(credentials.ClientId)}:{WebUtility.UrlEncode(credentials.ClientSecret)}";
        var request = new HttpRequestMessage(HttpMethod.Post, credentials.TokenUrl)
        {
            Content = new FormUrlEncodedContent(form),
            Version = AttemptSender.Version,
            VersionPolicy = AttemptSender.VersionPolicy,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", options.Value.UserAgent);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        return request;
    }

    private AccessToken Read(HttpStatusCode status, TokenResponse response)
    {
        if (status != HttpStatusCode.OK)
        {
            var error = Array.IndexOf(KnownErrors, response.Error) >= 0 ? $" ({response.Error})" : "";
            throw new AccessTokenException($"The token endpoint answered {(int)status}{error}.");
        }

        if (string.IsNullOrEmpty(response.AccessToken)
            || response.AccessToken.Contains(' ', StringComparison.Ordinal)
            || !HeaderFields.IsValue(response.AccessToken, MaxTokenLength))
        {
            throw new AccessTokenException(
                $"The token endpoint answered 200 without an access token of visible ASCII, of at most {MaxTokenLength} characters.");
        }

        if (response.TokenType is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw new AccessTokenException("The token endpoint answered with a token of another type than Bearer.");
        }

        var lifetime = response.ExpiresIn is { } seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, MaxLifetime.TotalSeconds))
            : DefaultLifetime;
        var margin = lifetime / 5 < Margin ? lifetime / 5 : Margin;
        return new AccessToken($"Bearer {response.AccessToken}", timeProvider.GetNow() + lifetime - margin);
    }
}
