using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>An endpoint, as answers show it.</summary>
internal record EndpointResource
{
    [Description("The endpoint's id.")]
    public required string Id { get; init; }

    [Description("Where deliveries are posted to.")]
    public required string Url { get; init; }

    [Description("The event types that it subscribes to: exact names, prefixes such as task.*, or * for all.")]
    public required IReadOnlyList<string> EventTypes { get; init; }

    [Description("The channels that it listens on; none for all messages.")]
    public required IReadOnlyList<string> Channels { get; init; }

    [Description("What the payloads have to meet that it gets; null for all payloads.")]
    public JsonElement Filter { get; init; } = JsonNull.Element;

    [Description("Which parts of payloads it gets, and under which names; null for all of them.")]
    public ProjectionInput? Projection { get; init; }

    [Description("The application's transformation of its payloads; only the application sets it. Null for none.")]
    public string? Transformation { get; init; }

    [Description("A name for people.")]
    public string? Name { get; init; }

    [Description("A description for people.")]
    public string? Description { get; init; }

    [Description("Headers that each attempt carries.")]
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    [Description("The schemes that its requests are signed by; null for the application's.")]
    public IReadOnlyList<string>? SigningSchemes { get; init; }

    [Description("The version of the event catalog that its payloads are in; null for the application's.")]
    public string? EventVersion { get; init; }

    [Description("The waits before retries, in seconds; null for the application's.")]
    public IReadOnlyList<double>? RetrySchedule { get; init; }

    [Description("Whether it gets its deliveries strictly in the order of publishing, one at a time.")]
    public required bool IsOrdered { get; init; }

    [Description("The most attempts to it at a time on one instance; null for the application's.")]
    public int? MaxConcurrency { get; init; }

    [Description("The most attempts to it in a time; null for no limit.")]
    public RateLimitInput? RateLimit { get; init; }

    [Description("The only certificate authorities that its receiver's certificate may come from, as PEM; null for those that the system trusts.")]
    public string? TrustedCertificates { get; init; }

    [Description("Whether it takes part. A disabled one gets no new messages, and what is pending is held.")]
    [JsonConverter(typeof(WordConverter<EndpointStatus>))]
    public required EndpointStatus Status { get; init; }

    [Description("Why it is disabled, for people; null while it is enabled.")]
    public string? DisabledReason { get; init; }

    [Description("When its pause ends; null while it is not paused.")]
    public DateTimeOffset? PausedUntil { get; init; }

    [Description("Why it is paused; null while it is not.")]
    [JsonConverter(typeof(WordConverter<PauseReason>))]
    public PauseReason? PauseReason { get; init; }

    [Description("Since when every attempt has failed; null while it does not fail.")]
    public DateTimeOffset? FailingSince { get; init; }

    [Description("Grows with each change of the endpoint; it is the ETag, for If-Match.")]
    public required long Version { get; init; }

    [Description("When it was created.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When it was changed last.")]
    public required DateTimeOffset UpdatedAt { get; init; }

    public static EndpointResource Of(WebhookEndpoint endpoint) => new(endpoint);

    public EndpointResource()
    {
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    protected EndpointResource(WebhookEndpoint endpoint)
    {
        var settings = EndpointInput.Of(endpoint.Settings);
        Id = endpoint.Id;
        Url = endpoint.Settings.Url;
        EventTypes = endpoint.Settings.EventTypes;
        Channels = endpoint.Settings.Channels;
        Filter = settings.Filter;
        Projection = settings.Projection;
        Transformation = endpoint.Settings.Transformation;
        Name = settings.Name;
        Description = settings.Description;
        Headers = endpoint.Settings.Headers;
        SigningSchemes = settings.SigningSchemes;
        EventVersion = settings.EventVersion;
        RetrySchedule = settings.RetrySchedule;
        IsOrdered = endpoint.Settings.IsOrdered;
        MaxConcurrency = settings.MaxConcurrency;
        RateLimit = settings.RateLimit;
        TrustedCertificates = settings.TrustedCertificates;
        Status = endpoint.Status;
        DisabledReason = endpoint.DisabledReason;
        PausedUntil = endpoint.PausedUntil;
        PauseReason = endpoint.PauseReason;
        FailingSince = endpoint.FailingSince;
        Version = endpoint.Version;
        CreatedAt = endpoint.CreatedAt;
        UpdatedAt = endpoint.UpdatedAt;
    }
}
