using System.Text.Json;
using System.Text.Json.Serialization;
using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>
/// <see cref="EndpointSettings"/> as JSON. Whatever a row lacks, because a version wrote it that did not know it, has its
/// default.
/// </summary>
internal sealed record EndpointDocument
{
    public string? Url { get; init; }

    public IReadOnlyList<string>? EventTypes { get; init; }

    public IReadOnlyList<string>? Channels { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public IReadOnlyList<TimeSpan>? RetrySchedule { get; init; }

    public int? MaxConcurrency { get; init; }

    public static string Write(EndpointSettings settings) => JsonSerializer.Serialize(
        new EndpointDocument
        {
            Url = settings.Url,
            EventTypes = settings.EventTypes,
            Channels = settings.Channels.Count > 0 ? settings.Channels : null,
            Name = settings.Name,
            Description = settings.Description,
            Headers = settings.Headers.Count > 0 ? new(settings.Headers, StringComparer.Ordinal) : null,
            RetrySchedule = settings.RetrySchedule?.Delays,
            MaxConcurrency = settings.MaxConcurrency,
        },
        EndpointJsonContext.Default.EndpointDocument);

    public static EndpointSettings Read(string json)
    {
        var document = JsonSerializer.Deserialize(json, EndpointJsonContext.Default.EndpointDocument)!;
        return new EndpointSettings
        {
            Url = document.Url ?? string.Empty,
            EventTypes = document.EventTypes ?? [],
            Channels = document.Channels ?? [],
            Name = document.Name,
            Description = document.Description,
            Headers = new Dictionary<string, string>(
                document.Headers?.AsEnumerable() ?? [], StringComparer.OrdinalIgnoreCase),
            RetrySchedule = document.RetrySchedule is { } delays ? new RetrySchedule(delays) : null,
            MaxConcurrency = document.MaxConcurrency,
        };
    }
}

/// <summary>JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EndpointDocument))]
[JsonSerializable(typeof(IReadOnlyList<SecretDocument>))]
internal sealed partial class EndpointJsonContext : JsonSerializerContext;
