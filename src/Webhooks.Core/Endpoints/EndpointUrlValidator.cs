using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>The check of a URL that requests go to: its shape, and as much of where it leads as can be told without connecting.</summary>
internal sealed class EndpointUrlValidator(AddressPolicies policies, HostLookup lookup, IOptions<WebhooksOptions> options)
{
    private const int MaxLength = 2_048;

    /// <summary>Finds what is wrong with a tenant's URL.</summary>
    public async ValueTask CheckAsync(
        string field, string tenantId, string? url, ValidationErrors errors, CancellationToken cancellationToken)
    {
        if (CheckShape(field, url, errors) is { } uri)
        {
            await CheckAddressAsync(field, tenantId, uri, errors, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>The URL, when it is one whose address can be checked.</returns>
    private Uri? CheckShape(string field, string? url, ValidationErrors errors)
    {
        if (string.IsNullOrEmpty(url))
        {
            errors.Add(field, "required", url, "is empty. It needs an absolute https URL.");
            return null;
        }

        if (url.Length > MaxLength)
        {
            errors.Add(field, "length", WithoutSecrets(url), $"has {url.Length} characters; at most {MaxLength} are allowed.");
            return null;
        }

        if (url.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Host.Length == 0)
        {
            errors.Add(field, "url", WithoutSecrets(url), "is not an absolute URL, such as https://example.com/webhooks.");
            return null;
        }

        var isHttps = string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);
        var isHttp = string.Equals(uri.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal);
        if (!isHttps && !(isHttp && options.Value.AllowInsecureUrls))
        {
            errors.Add(
                field,
                "https",
                WithoutSecrets(url),
                isHttp
                    ? $"is not https. For development, a host can allow http with {nameof(WebhooksOptions.AllowInsecureUrls)}."
                    : "is not https.");
        }

        if (uri.UserInfo.Length > 0)
        {
            errors.Add(field, "userInfo", value: null, "holds user info. Send credentials in a header instead.");
        }

        if (uri.Fragment.Length > 0)
        {
            errors.Add(field, "fragment", WithoutSecrets(url), "has a fragment ('#…'), which is never sent. Leave it out.");
        }

        return isHttps || isHttp ? uri : null;
    }

    /// <summary>Early feedback only: the check that counts is made on every connection.</summary>
    private async ValueTask CheckAddressAsync(
        string field, string tenantId, Uri url, ValidationErrors errors, CancellationToken cancellationToken)
    {
        var policy = await policies.FindAsync(tenantId, cancellationToken).ConfigureAwait(false);
        var refusal = policy.Check(url);
        if (refusal is null && options.Value.ResolveUrlsAtRegistration)
        {
            try
            {
                await lookup.FindAsync(policy, url.IdnHost, url.Port, cancellationToken).ConfigureAwait(false);
            }
            catch (ForbiddenAddressException exception)
            {
                refusal = exception.Refusal;
            }
            catch (SocketException)
            {
                errors.Add(field, "name", WithoutSecrets(url.OriginalString), "has a host name that cannot be found. Check its spelling.");
            }
        }

        if (refusal is not null)
        {
            errors.Add(
                field,
                refusal.Rule,
                WithoutSecrets(url.OriginalString),
                $"leads where webhooks are not sent: {refusal.Reason}. Use a receiver on the public internet; a host can change "
                    + $"what is allowed with {nameof(WebhooksOptions.Addresses)}.");
        }
    }

    /// <summary>The part of a URL that can be repeated in a message: no user info and no query, which may hold credentials.</summary>
    internal static string? WithoutSecrets(string url) =>
        url.Contains('@', StringComparison.Ordinal) ? null : url.Split('?', '#')[0];
}
