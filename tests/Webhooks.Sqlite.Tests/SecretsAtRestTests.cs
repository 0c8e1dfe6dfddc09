using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Endpoints;
using Webhooks.Secrets;
using Webhooks.Signing;

namespace Webhooks.Sqlite.Tests;

public sealed class SecretsAtRestTests : IDisposable
{
    // Their base64 form has no character that JSON escapes.
    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_bm8tYnl0ZS1vZi10aGUtZmlsZS1zaG93cy1tZQ==");
    private static readonly WebhookSecret NextSecret = WebhookSecret.Parse("whsec_YW5vdGhlci1zZWNyZXQtYWZ0ZXItdGhlLXJvdA==");

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_protector_no_byte_of_the_file_shows_a_secret(bool isProtected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddWebhooks(webhooks =>
        {
            webhooks.UseSqlite($"Data Source={_directory.File()}");
            if (isProtected)
            {
                webhooks.ProtectSecrets(new SecretProtectionKey("k", RandomNumberGenerator.GetBytes(32)));
            }
        });
        using var host = builder.Build();
        await host.StartAsync();
        var endpoints = host.Services.GetRequiredService<IWebhookEndpoints>();
        var created = await endpoints.CreateAsync(
            new EndpointSettings { Url = "https://receiver.test/", EventTypes = ["*"] },
            new()
            {
                Secret = Secret,
                Credentials = new()
                {
                    Basic = new("name", "pa55word-at-rest"),
                    Headers = new Dictionary<string, string> { ["X-Key"] = "header-at-rest" },
                },
            });
        await endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Secret = NextSecret });

        // The log of the last changes stands in a file of its own until the host stops.
        var bytes = _directory.ReadAll();
        await host.StopAsync();
        var all = Encoding.Latin1.GetString([.. bytes.Values.SelectMany(file => file), .. _directory.ReadAll().Values.SelectMany(file => file)]);

        all.Should().Contain(created.Endpoint.Id);
        foreach (var secret in new[] { Text(Secret), Text(NextSecret), "pa55word-at-rest", "header-at-rest" })
        {
            all.Contains(secret, StringComparison.Ordinal).Should().Be(!isProtected);
        }
    }

    private static string Text(WebhookSecret secret) => secret.Reveal()[WebhookSecret.Prefix.Length..];
}
