using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Secrets;
using Webhooks.Signing;

namespace Webhooks.PostgreSql.Tests;

public sealed class SecretsAtRestTests
{
    // Their base64 form has no character that JSON escapes.
    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_bm8tYnl0ZS1vZi10aGUtZmlsZS1zaG93cy1tZQ==");
    private static readonly WebhookSecret NextSecret = WebhookSecret.Parse("whsec_YW5vdGhlci1zZWNyZXQtYWZ0ZXItdGhlLXJvdA==");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_protector_no_row_shows_a_secret(bool isProtected)
    {
        await using var schema = await TestSchema.CreateAsync();
        var key = new SecretProtectionKey("k", RandomNumberGenerator.GetBytes(32));
        await using var host = await TestHost.StartAsync(schema, services: services =>
        {
            if (isProtected)
            {
                services.AddSingleton<IWebhookSecretProtector>(new AesGcmSecretProtector(key));
            }
        });
        var created = await host.Endpoints.CreateAsync(
            new() { Url = "https://receiver.test/", EventTypes = ["*"] },
            new()
            {
                Secret = Secret,
                Credentials = new()
                {
                    Basic = new("name", "pa55word-at-rest"),
                    Headers = new Dictionary<string, string> { ["X-Key"] = "header-at-rest" },
                },
            });
        await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Secret = NextSecret });

        var row = await schema.ReadAsync<string>("SELECT string_agg(e::text, '') FROM {schema}.endpoints e");

        row.Should().Contain(created.Endpoint.Id);
        foreach (var secret in new[] { Text(Secret), Text(NextSecret), "pa55word-at-rest", "header-at-rest" })
        {
            row.Contains(secret, StringComparison.Ordinal).Should().Be(!isProtected);
        }
        await host.PublishAsync();
        (await host.Receiver.ReceivedAsync(1)).Should().ContainSingle();
    }

    private static string Text(WebhookSecret secret) => secret.Reveal()[WebhookSecret.Prefix.Length..];
}
