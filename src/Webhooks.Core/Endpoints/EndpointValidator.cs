using System.Buffers;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Catalog;
using Webhooks.Http;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>The one check of endpoint settings, for create and update alike.</summary>
internal sealed class EndpointValidator(
    IEventCatalog catalog,
    ReservedHeaders reservedHeaders,
    AddressPolicies policies,
    HostLookup lookup,
    IOptions<WebhooksOptions> options)
{
    private const string UrlField = "url";
    private const int MaxUrlLength = 2_048;
    private const int MaxNameLength = 255;
    private const int MaxDescriptionLength = 2_048;
    private const int MaxEventTypes = 256;
    private const int MaxHeaders = 32;
    private const int MaxHeaderValueLength = 4_096;
    private const int MaxConcurrency = 1_000;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> HeaderValueCharacters = SearchValues.Create(
        ['\t', .. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code)]);

    /// <summary>Checks settings and returns a copy that later changes of the caller's collections do not reach.</summary>
    public async ValueTask<EndpointSettings> CheckAsync(
        string tenantId, EndpointSettings settings, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        if (CheckUrl(settings.Url, errors) is { } url)
        {
            await CheckAddressAsync(tenantId, settings.Url, url, errors, cancellationToken).ConfigureAwait(false);
        }

        CheckEventTypes(settings.EventTypes, errors);
        errors.CheckChannels("channels", settings.Channels);
        errors.CheckLength("name", settings.Name, 1, MaxNameLength);
        errors.CheckLength("description", settings.Description, 0, MaxDescriptionLength);
        CheckHeaders(settings.Headers, errors);
        if (settings.MaxConcurrency is < 1 or > MaxConcurrency)
        {
            errors.Add(
                "maxConcurrency",
                "range",
                settings.MaxConcurrency.Value.ToString(CultureInfo.InvariantCulture),
                $"is a number from 1 to {MaxConcurrency}.");
        }

        errors.ThrowIfAny();
        return settings with
        {
            EventTypes = [.. settings.EventTypes.Distinct(StringComparer.Ordinal)],
            Channels = [.. settings.Channels.Distinct(StringComparer.Ordinal)],
            Headers = new ReadOnlyDictionary<string, string>(
                new Dictionary<string, string>(settings.Headers, StringComparer.OrdinalIgnoreCase)),
        };
    }

    /// <returns>The URL, when it is one whose address can be checked.</returns>
    private Uri? CheckUrl(string? url, ValidationErrors errors)
    {
        if (string.IsNullOrEmpty(url))
        {
            errors.Add(UrlField, "required", url, "is empty. It needs an absolute https URL.");
            return null;
        }

        if (url.Length > MaxUrlLength)
        {
            errors.Add(UrlField, "length", WithoutSecrets(url), $"has {url.Length} characters; at most {MaxUrlLength} are allowed.");
            return null;
        }

        if (url.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Host.Length == 0)
        {
            errors.Add(UrlField, "url", WithoutSecrets(url), "is not an absolute URL, such as https://example.com/webhooks.");
            return null;
        }

        var isHttps = string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);
        var isHttp = string.Equals(uri.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal);
        if (!isHttps && !(isHttp && options.Value.AllowInsecureUrls))
        {
            errors.Add(
                UrlField,
                "https",
                WithoutSecrets(url),
                isHttp
                    ? $"is not https. For development, a host can allow http with {nameof(WebhooksOptions.AllowInsecureUrls)}."
                    : "is not https.");
        }

        if (uri.UserInfo.Length > 0)
        {
            errors.Add(UrlField, "userInfo", value: null, "holds user info. Send credentials in a header instead.");
        }

        if (uri.Fragment.Length > 0)
        {
            errors.Add(UrlField, "fragment", WithoutSecrets(url), "has a fragment ('#…'), which is never sent. Leave it out.");
        }

        return isHttps || isHttp ? uri : null;
    }

    /// <summary>Early feedback only: the check that counts is made on every connection.</summary>
    private async ValueTask CheckAddressAsync(
        string tenantId, string text, Uri url, ValidationErrors errors, CancellationToken cancellationToken)
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
                errors.Add(UrlField, "name", WithoutSecrets(text), "has a host name that cannot be found. Check its spelling.");
            }
        }

        if (refusal is not null)
        {
            errors.Add(
                UrlField,
                refusal.Rule,
                WithoutSecrets(text),
                $"leads where webhooks are not sent: {refusal.Reason}. Use a receiver on the public internet; a host can change "
                    + $"what is allowed with {nameof(WebhooksOptions.Addresses)}.");
        }
    }

    private void CheckEventTypes(IReadOnlyList<string>? eventTypes, ValidationErrors errors)
    {
        if (eventTypes is null or [])
        {
            errors.Add("eventTypes", "required", value: null, "is empty. It needs at least one event type, or '*' for all.");
            return;
        }

        if (eventTypes.Count > MaxEventTypes)
        {
            errors.Add(
                "eventTypes",
                "count",
                eventTypes.Count.ToString(CultureInfo.InvariantCulture),
                $"has {eventTypes.Count} entries; at most {MaxEventTypes} are allowed. A prefix such as 'task.*' covers many.");
            return;
        }

        for (var i = 0; i < eventTypes.Count; i++)
        {
            var pattern = eventTypes[i];
            if (string.IsNullOrEmpty(pattern) || !EventTypePattern.IsValid(pattern))
            {
                errors.Add(
                    $"eventTypes[{i}]",
                    "pattern",
                    pattern,
                    "is not an event type ('task.completed'), a prefix ('task.*') or '*'.");
            }
            else if (pattern is not EventTypePattern.All
                && !catalog.EventTypes.Any(type => EventTypePattern.Matches(pattern, type.Name)))
            {
                errors.Add($"eventTypes[{i}]", "known", pattern, EventTypeName.NotInCatalog(pattern, catalog));
            }
        }
    }

    private void CheckHeaders(IReadOnlyDictionary<string, string>? headers, ValidationErrors errors)
    {
        if (headers is null)
        {
            errors.Add("headers", "required", value: null, "is null. Leave it out, or give an empty dictionary.");
            return;
        }

        if (headers.Count > MaxHeaders)
        {
            errors.Add(
                "headers",
                "count",
                headers.Count.ToString(CultureInfo.InvariantCulture),
                $"has {headers.Count} headers; at most {MaxHeaders} are allowed.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var field = $"headers[{name}]";
            if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            {
                errors.Add("headers", "name", name, "is not a header name (RFC 9110, section 5.6.2).");
            }
            else if (reservedHeaders.Contains(name))
            {
                errors.Add(field, "reserved", name, "is set by the library or by HTTP itself and cannot be set by an endpoint.");
            }
            else if (!names.Add(name))
            {
                errors.Add(field, "unique", name, "is there twice; case does not count in header names.");
            }

            // Header values are often credentials: they are not repeated.
            if (value is null || value.Length > MaxHeaderValueLength || value.AsSpan().ContainsAnyExcept(HeaderValueCharacters))
            {
                errors.Add(
                    field,
                    "value",
                    value: null,
                    $"has a value that is not visible ASCII, spaces and tabs of at most {MaxHeaderValueLength} characters.");
            }
        }
    }

    /// <summary>The part of a URL that can be repeated in a message: no user info and no query, which may hold credentials.</summary>
    private static string? WithoutSecrets(string url) =>
        url.Contains('@', StringComparison.Ordinal) ? null : url.Split('?', '#')[0];
}
