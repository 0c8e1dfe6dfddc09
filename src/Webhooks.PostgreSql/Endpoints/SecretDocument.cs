using System.Text.Json;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>An <see cref="EndpointSecret"/> as JSON, with times in Unix milliseconds.</summary>
internal sealed record SecretDocument(string Secret, long CreatedAt, long? ExpiresAt)
{
    public static string Write(IReadOnlyList<EndpointSecret> secrets) => JsonSerializer.Serialize(
        [
            .. secrets.Select(secret => new SecretDocument(
                secret.Secret.Reveal(),
                secret.CreatedAt.ToUnixTimeMilliseconds(),
                secret.ExpiresAt?.ToUnixTimeMilliseconds())),
        ],
        EndpointJsonContext.Default.IReadOnlyListSecretDocument);

    public static IReadOnlyList<EndpointSecret> Read(string json) =>
    [
        .. JsonSerializer.Deserialize(json, EndpointJsonContext.Default.IReadOnlyListSecretDocument)!
            .Select(document => new EndpointSecret(
                WebhookSecret.Parse(document.Secret),
                DateTimeOffset.FromUnixTimeMilliseconds(document.CreatedAt),
                document.ExpiresAt is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null)),
    ];
}
