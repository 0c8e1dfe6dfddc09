using System.Text.Json;
using System.Text.Json.Serialization;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Transformations;

namespace Webhooks.Storage;

/// <summary>
/// <see cref="EndpointSettings"/> as one JSON document, for stores that keep them in one column. What a document lacks, because a
/// version wrote it that did not know it, has its default.
/// </summary>
public static class EndpointDocument
{
    /// <summary>Writes settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>A JSON object.</returns>
    public static string Write(EndpointSettings settings) => JsonSerializer.Serialize(
        new SettingsDocument
        {
            Url = settings.Url,
            EventTypes = settings.EventTypes,
            Channels = settings.Channels.Count > 0 ? settings.Channels : null,
            Filter = settings.Filter,
            Name = settings.Name,
            Description = settings.Description,
            Headers = settings.Headers.Count > 0 ? new(settings.Headers, StringComparer.Ordinal) : null,
            SigningSchemes = settings.SigningSchemes,
            EventVersion = settings.EventVersion,
            Transformation = settings.Transformation,
            Projection = settings.Projection is { } projection
                ? new ProjectionDocument
                {
                    Include = projection.Include.Count > 0 ? projection.Include : null,
                    Exclude = projection.Exclude.Count > 0 ? projection.Exclude : null,
                    Rename = projection.Rename.Count > 0 ? new(projection.Rename, StringComparer.Ordinal) : null,
                }
                : null,
            RetrySchedule = settings.RetrySchedule?.Delays,
            IsOrdered = settings.IsOrdered ? true : null,
            MaxConcurrency = settings.MaxConcurrency,
            RateLimit = settings.RateLimit is { } limit ? new RateLimitDocument(limit.Count, limit.Period) : null,
            TrustedCertificates = settings.TrustedCertificates,
        },
        SettingsJsonContext.Default.SettingsDocument);

    /// <summary>Reads settings.</summary>
    /// <param name="json">What <see cref="Write"/> wrote, in this version or an older one.</param>
    /// <exception cref="JsonException">The text is no such document.</exception>
    public static EndpointSettings Read(string json)
    {
        var document = JsonSerializer.Deserialize(json, SettingsJsonContext.Default.SettingsDocument)!;
        return new EndpointSettings
        {
            Url = document.Url ?? string.Empty,
            EventTypes = document.EventTypes ?? [],
            Channels = document.Channels ?? [],
            Filter = document.Filter,
            Name = document.Name,
            Description = document.Description,
            Headers = new Dictionary<string, string>(
                document.Headers?.AsEnumerable() ?? [], StringComparer.OrdinalIgnoreCase),
            SigningSchemes = document.SigningSchemes,
            EventVersion = document.EventVersion,
            Transformation = document.Transformation,
            Projection = document.Projection is { } projection
                ? new PayloadProjection
                {
                    Include = projection.Include ?? [],
                    Exclude = projection.Exclude ?? [],
                    Rename = projection.Rename ?? [],
                }
                : null,
            RetrySchedule = document.RetrySchedule is { } delays ? new RetrySchedule(delays) : null,
            IsOrdered = document.IsOrdered ?? false,
            MaxConcurrency = document.MaxConcurrency,
            RateLimit = document.RateLimit is { } limit ? new RateLimit(limit.Count, limit.Period) : null,
            TrustedCertificates = document.TrustedCertificates,
        };
    }
}

/// <summary>The document's members.</summary>
internal sealed record SettingsDocument
{
    public string? Url { get; init; }

    public IReadOnlyList<string>? EventTypes { get; init; }

    public IReadOnlyList<string>? Channels { get; init; }

    public string? Filter { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public IReadOnlyList<string>? SigningSchemes { get; init; }

    public string? EventVersion { get; init; }

    public string? Transformation { get; init; }

    public ProjectionDocument? Projection { get; init; }

    public IReadOnlyList<TimeSpan>? RetrySchedule { get; init; }

    public bool? IsOrdered { get; init; }

    public int? MaxConcurrency { get; init; }

    public RateLimitDocument? RateLimit { get; init; }

    public string? TrustedCertificates { get; init; }
}

/// <summary>A projection in the document.</summary>
internal sealed record ProjectionDocument
{
    public IReadOnlyList<string>? Include { get; init; }

    public IReadOnlyList<string>? Exclude { get; init; }

    public Dictionary<string, string>? Rename { get; init; }
}

/// <summary>A rate limit in the document.</summary>
internal sealed record RateLimitDocument(int Count, TimeSpan Period);

/// <summary>JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SettingsDocument))]
internal sealed partial class SettingsJsonContext : JsonSerializerContext;
