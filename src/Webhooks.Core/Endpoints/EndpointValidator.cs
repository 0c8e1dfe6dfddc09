using System.Collections.ObjectModel;
using System.Globalization;
using Webhooks.Catalog;
using Webhooks.Dispatching;
using Webhooks.Filters;
using Webhooks.Http;
using Webhooks.Http.Tls;
using Webhooks.Operations;
using Webhooks.Signing;
using Webhooks.Transformations;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>The one check of endpoint settings, for create and update alike.</summary>
internal sealed class EndpointValidator(
    IEventCatalog catalog,
    WebhookSigners signers,
    WebhookTransformations transformations,
    ReservedHeaders reservedHeaders,
    EndpointUrlValidator urls)
{
    private const int MaxNameLength = 255;
    private const int MaxDescriptionLength = 2_048;
    private const int MaxEventTypes = 256;
    /// <summary>The most headers that an endpoint gives to its requests.</summary>
    public const int MaxHeaders = 32;
    private const int MaxTrustedCertificates = 16;
    private const int MaxConcurrency = 1_000;

    /// <summary>Checks settings and returns a copy that later changes of the caller's collections do not reach.</summary>
    public async ValueTask<EndpointSettings> CheckAsync(
        string tenantId, EndpointSettings settings, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        await urls.CheckAsync("url", tenantId, settings.Url, errors, cancellationToken).ConfigureAwait(false);
        CheckEventTypes(OperationalCatalog.IsTenant(tenantId) ? OperationalCatalog.Catalog : catalog, settings.EventTypes, errors);
        errors.CheckChannels("channels", settings.Channels);
        var filter = settings.Filter is { } text ? PayloadFilter.Parse("filter", text, errors) : null;
        errors.CheckLength("name", settings.Name, 1, MaxNameLength);
        errors.CheckLength("description", settings.Description, 0, MaxDescriptionLength);
        CheckHeaders("headers", settings.Headers, areSecret: false, errors);
        CheckTrustedCertificates(settings.TrustedCertificates, errors);
        if (settings.SigningSchemes is { } schemes && signers.FindProblem(schemes) is { } problem)
        {
            errors.Add("signingSchemes", "schemes", string.Join(", ", schemes), problem);
        }

        if (settings.EventVersion is { } version && EventVersionName.FindProblem(version, catalog) is { } versionProblem)
        {
            errors.Add("eventVersion", "known", version, versionProblem);
        }

        if (settings.Transformation is { } transformation && transformations.FindProblem(transformation) is { } unknown)
        {
            errors.Add("transformation", "known", transformation, unknown);
        }

        var projection = ProjectionRules.Check("projection", settings.Projection, errors);
        if (settings.MaxConcurrency is < 1 or > MaxConcurrency)
        {
            errors.Add(
                "maxConcurrency",
                "range",
                settings.MaxConcurrency.Value.ToString(CultureInfo.InvariantCulture),
                $"is a number from 1 to {MaxConcurrency}.");
        }

        if (settings is { IsOrdered: true, MaxConcurrency: > 1 })
        {
            errors.Add(
                "maxConcurrency",
                "ordered",
                settings.MaxConcurrency.Value.ToString(CultureInfo.InvariantCulture),
                "is more than 1, but an ordered endpoint gets one delivery at a time. Leave it out, or turn the order off.");
        }

        if (settings.RateLimit is { IsValid: false })
        {
            errors.Add("rateLimit", "range", settings.RateLimit.ToString(), $"is {RateLimit.Rule}");
        }

        errors.ThrowIfAny();
        return settings with
        {
            EventTypes = [.. settings.EventTypes.Distinct(StringComparer.Ordinal)],
            Channels = [.. settings.Channels.Distinct(StringComparer.Ordinal)],
            Filter = filter?.Text,
            Projection = projection,
            SigningSchemes = settings.SigningSchemes is { } chosen ? [.. chosen] : null,
            Headers = new ReadOnlyDictionary<string, string>(
                new Dictionary<string, string>(settings.Headers, StringComparer.OrdinalIgnoreCase)),
        };
    }

    private static void CheckEventTypes(IEventCatalog catalog, IReadOnlyList<string>? eventTypes, ValidationErrors errors)
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

    /// <summary>Checks headers that requests carry. Their values are often secret and are not repeated.</summary>
    /// <param name="field">What they are called.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="areSecret">Whether what is not even a name is not repeated either: a value may stand in its place.</param>
    /// <param name="errors">What they break.</param>
    public void CheckHeaders(string field, IReadOnlyDictionary<string, string>? headers, bool areSecret, ValidationErrors errors)
    {
        if (headers is null)
        {
            errors.Add(field, "required", value: null, "is null. Leave it out, or give an empty dictionary.");
            return;
        }

        if (headers.Count > MaxHeaders)
        {
            errors.Add(
                field,
                "count",
                headers.Count.ToString(CultureInfo.InvariantCulture),
                $"has {headers.Count} headers; at most {MaxHeaders} are allowed.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            if (!HeaderFields.IsName(name))
            {
                errors.Add(field, "name", areSecret ? null : name, "has a name that is not one (RFC 9110, section 5.6.2).");
                continue;
            }

            var element = $"{field}[{name}]";
            if (reservedHeaders.Contains(name))
            {
                errors.Add(element, "reserved", name, "is set by the library or by HTTP itself and cannot be set by an endpoint.");
            }
            else if (!names.Add(name))
            {
                errors.Add(element, "unique", name, "is there twice; case does not count in header names.");
            }

            if (!HeaderFields.IsValue(value))
            {
                errors.Add(
                    element,
                    "value",
                    value: null,
                    $"has a value that is not visible ASCII, spaces and tabs of at most {HeaderFields.MaxValueLength} characters.");
            }
        }
    }

    private static void CheckTrustedCertificates(string? pem, ValidationErrors errors)
    {
        const string Field = "trustedCertificates";
        if (pem is null)
        {
            return;
        }

        if (pem.Length > PemCertificates.MaxLength)
        {
            errors.Add(Field, "length", value: null, $"has {pem.Length} characters; at most {PemCertificates.MaxLength} are allowed.");
        }
        else if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            errors.Add(Field, "secret", value: null, "holds a private key, which has no place here: the authorities' certificates are enough.");
        }
        else if (PemCertificates.TryCount(pem) is not (> 0 and <= MaxTrustedCertificates))
        {
            errors.Add(Field, "pem", value: null, $"is not PEM (RFC 7468) of 1 to {MaxTrustedCertificates} certificates.");
        }
    }
}
