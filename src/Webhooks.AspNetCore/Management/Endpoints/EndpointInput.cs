using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>
/// What the owner of an endpoint decides about it, as bodies have it: <see cref="EndpointSettings"/>, whose rules hold. What is left
/// out, or null, has its default.
/// </summary>
internal record EndpointInput
{
    [Required]
    [Description("Where deliveries are posted to: an absolute https URL of at most 2,048 characters, without user info and fragment.")]
    public string? Url { get; init; }

    [Required]
    [Description("The event types that it subscribes to, 1 to 256: exact names, prefixes such as task.*, or * for all.")]
    public IReadOnlyList<string>? EventTypes { get; init; }

    [Description("The channels that it listens on, at most 16; it then gets only messages that share one.")]
    public IReadOnlyList<string>? Channels { get; init; }

    [Description("What the payloads have to meet that it gets: fields and operators in the shape of the payload. Null for all payloads.")]
    public JsonElement Filter { get; init; } = JsonNull.Element;

    [Description("Which parts of payloads it gets, and under which names; at most 100 places. Null for all of them.")]
    public ProjectionInput? Projection { get; init; }

    [Description("A name for people, 1 to 255 characters.")]
    public string? Name { get; init; }

    [Description("A description for people, at most 2,048 characters.")]
    public string? Description { get; init; }

    [Description("Headers that each attempt carries, at most 32. They are shown in the clear.")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Description("The schemes that its requests are signed by, 1 to 8; null for the application's.")]
    public IReadOnlyList<string>? SigningSchemes { get; init; }

    [Description("The version of the event catalog that its payloads are in; null for the application's.")]
    public string? EventVersion { get; init; }

    [Description("The waits before retries, in seconds, at most 100 of 0 to 2,592,000; null for the application's.")]
    public IReadOnlyList<double>? RetrySchedule { get; init; }

    [Description("Whether it gets its deliveries strictly in the order of publishing, one at a time.")]
    public bool? IsOrdered { get; init; }

    [Description("The most attempts to it at a time on one instance, 1 to 1,000; null for the application's.")]
    public int? MaxConcurrency { get; init; }

    [Description("The most attempts to it in a time, spread out evenly; null for no limit.")]
    public RateLimitInput? RateLimit { get; init; }

    [Description("The only certificate authorities that its receiver's certificate may come from, as PEM; null for those that the system trusts.")]
    public string? TrustedCertificates { get; init; }

    public static EndpointInput Of(EndpointSettings settings) => new()
    {
        Url = settings.Url,
        EventTypes = settings.EventTypes,
        Channels = settings.Channels,
        Filter = settings.Filter is { } filter ? JsonNull.Parse(Encoding.UTF8.GetBytes(filter)) : JsonNull.Element,
        Projection = ProjectionInput.Of(settings.Projection),
        Name = settings.Name,
        Description = settings.Description,
        Headers = settings.Headers,
        SigningSchemes = settings.SigningSchemes,
        EventVersion = settings.EventVersion,
        RetrySchedule = settings.RetrySchedule is { } schedule ? [.. schedule.Delays.Select(static delay => delay.TotalSeconds)] : null,
        IsOrdered = settings.IsOrdered,
        MaxConcurrency = settings.MaxConcurrency,
        RateLimit = RateLimitInput.Of(settings.RateLimit),
        TrustedCertificates = settings.TrustedCertificates,
    };

    /// <exception cref="WebhookValidationException">A list holds null, or a time is none.</exception>
    public EndpointSettings ToSettings()
    {
        CheckElements();
        return new EndpointSettings
        {
            Url = Url!,
            EventTypes = EventTypes!,
            Channels = Channels ?? [],
            Filter = Filter.IsNull() ? null : Filter.GetRawText(),
            Projection = Projection?.ToProjection(),
            Name = Name,
            Description = Description,
            Headers = Headers ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
            SigningSchemes = SigningSchemes,
            EventVersion = EventVersion,
            RetrySchedule = RetrySchedule is null
                ? null
                : new RetrySchedule([.. RetrySchedule.Select(static (delay, i) => Seconds.ToTime($"retrySchedule[{i}]", delay))]),
            IsOrdered = IsOrdered ?? false,
            MaxConcurrency = MaxConcurrency,
            RateLimit = RateLimit?.ToLimit(),
            TrustedCertificates = TrustedCertificates,
        };
    }

    private void CheckElements()
    {
        List<WebhookValidationError> errors =
        [
            .. Nulls("eventTypes", EventTypes), .. Nulls("channels", Channels), .. Nulls("signingSchemes", SigningSchemes),
            .. Nulls("headers", Headers),
            .. Nulls("projection.include", Projection?.Include), .. Nulls("projection.exclude", Projection?.Exclude),
            .. Nulls("projection.rename", Projection?.Rename),
        ];
        if (errors.Count > 0)
        {
            throw new WebhookValidationException(errors);
        }
    }

    private static IEnumerable<WebhookValidationError> Nulls(string field, IReadOnlyList<string>? list) =>
        (list ?? []).Select((item, i) => (item, i)).Where(static entry => entry.item is null).Select(entry => Null($"{field}[{entry.i}]"));

    private static IEnumerable<WebhookValidationError> Nulls(string field, IReadOnlyDictionary<string, string>? values) =>
        (values ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Where(static entry => entry.Value is null).Select(entry => Null($"{field}[{entry.Key}]"));

    private static WebhookValidationError Null(string field) => new(field, "required", value: null, "is null. Leave it out.");
}
