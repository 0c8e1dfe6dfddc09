using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Http.OAuth;

/// <summary>What a token endpoint answers (RFC 6749, sections 5.1 and 5.2).</summary>
internal sealed record TokenResponse
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    /// <summary>In seconds.</summary>
    [JsonPropertyName("expires_in")]
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public double? ExpiresIn { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    /// <summary>Reads an answer; an empty one, when it is none.</summary>
    public static TokenResponse Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TokenJsonContext.Default.TokenResponse) ?? new TokenResponse();
        }
        catch (JsonException)
        {
            return new TokenResponse();
        }
    }

    public override string ToString() => $"{nameof(TokenResponse)} {{ *** }}";
}

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(TokenResponse))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
