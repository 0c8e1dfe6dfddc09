using System.Buffers;
using System.Collections.ObjectModel;
using System.Globalization;
using Webhooks.Catalog;
using Webhooks.Http;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>The one check of endpoint settings, for create and update alike.</summary>
internal sealed class EndpointValidator(IEventCatalog catalog, ReservedHeaders reservedHeaders, EndpointUrlValidator urls)
{
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
        await urls.CheckAsync(tenantId, settings.Url, errors, cancellationToken).ConfigureAwait(false);
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
}
