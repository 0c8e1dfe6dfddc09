using System.Text.Json;
using System.Text.Json.Serialization;
using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>
/// The secrets of an endpoint as JSON: either readable, or, with a protector, <c>{"protected":"…"}</c> around the protected
/// form of the readable document.
/// </summary>
internal sealed record SecretsDocument
{
    public IReadOnlyList<Signing>? Secrets { get; init; }

    public EndpointCredentials? Credentials { get; init; }

    public string? Protected { get; init; }

    public static SecretsDocument From(EndpointWithSecrets endpoint) => new()
    {
        Secrets =
        [
            .. endpoint.Secrets.Select(secret => new Signing(
                secret.Secret.Reveal(),
                secret.CreatedAt.ToUnixTimeMilliseconds(),
                secret.ExpiresAt?.ToUnixTimeMilliseconds(),
                secret.Scheme,
                secret.Secret.Kind == WebhookSecretKind.Text ? true : null,
                secret.Rotation)),
        ],
        Credentials = endpoint.Credentials,
    };

    public static SecretsDocument FromJson(string json) =>
        JsonSerializer.Deserialize(json, SecretsJsonContext.Default.SecretsDocument) ?? throw new JsonException("It is null.");

    public string ToJson() => JsonSerializer.Serialize(this, SecretsJsonContext.Default.SecretsDocument);

    public EndpointWithSecrets ToEndpoint(WebhookEndpoint endpoint) => new(
        endpoint,
        Secrets is null or []
            ? throw new JsonException("It has no signing secret.")
            : [.. Secrets.Select(static secret => secret.ToSecret())],
        Credentials);

    /// <summary>A signing secret, with times in Unix milliseconds.</summary>
    internal sealed record Signing(string Secret, long CreatedAt, long? ExpiresAt, string? Scheme, bool? IsText, SecretRotation? Rotation)
    {
        public EndpointSecret ToSecret() => new(
            ReadSecret(),
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            ExpiresAt is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null,
            Scheme)
        {
            Rotation = Rotation,
        };

        private WebhookSecret ReadSecret()
        {
            try
            {
                return IsText == true ? WebhookSecret.FromText(Secret) : WebhookSecret.Parse(Secret);
            }
            catch (WebhookValidationException exception)
            {
                throw new JsonException("A signing secret is not one.", exception);
            }
        }
    }
}

/// <summary>JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SecretsDocument))]
internal sealed partial class SecretsJsonContext : JsonSerializerContext;
