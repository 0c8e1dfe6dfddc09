using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Secrets;
using Webhooks.Signing;

namespace Webhooks.PostgreSql.Tests;

public sealed class SecretsAtRestTests
{
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
        var created = await host.Endpoints.CreateAsync(new() { Url = "https://receiver.test/", EventTypes = ["*"] });
        var rotated = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);

        var row = await schema.ReadAsync<string>("SELECT string_agg(e::text, '') FROM {schema}.endpoints e");

        row.Should().Contain(created.Endpoint.Id);
        row.Contains(Text(created.Secret), StringComparison.Ordinal).Should().Be(!isProtected);
        row.Contains(Text(rotated), StringComparison.Ordinal).Should().Be(!isProtected);
        await host.PublishAsync();
        (await host.Receiver.ReceivedAsync(1)).Should().ContainSingle();
    }

    private static string Text(WebhookSecret secret) => secret.Reveal()[WebhookSecret.Prefix.Length..];
}
