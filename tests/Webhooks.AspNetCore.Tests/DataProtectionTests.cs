using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Secrets;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Tests;

public sealed class DataProtectionTests : IDisposable
{
    // Its base64 form has no character that JSON escapes.
    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_bm8tYnl0ZS1vZi10aGUtZmlsZS1zaG93cy1tZQ==");
    private static readonly EndpointKey Endpoint = new("acme", "ep_1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_store_is_given_no_secret_and_the_endpoint_can_be_changed_all_the_same()
    {
        await using var services = CreateServices("keys");
        var endpoints = services.GetRequiredService<IWebhookEndpoints>();
        var created = await endpoints.CreateAsync(
            new EndpointSettings { Url = "https://example.com/hooks", EventTypes = ["*"] }, new() { Secret = Secret });

        var stored = await StoredAsync(services, created.Endpoint.Id);
        stored.Should().StartWith("{\"protected\":\"").And.NotContain(Secret.Reveal()[WebhookSecret.Prefix.Length..]);

        await endpoints.RotateSecretAsync(created.Endpoint.Id);
        (await StoredAsync(services, created.Endpoint.Id)).Should().StartWith("{\"protected\":\"").And.NotBe(stored);
    }

    [Fact]
    public void Instances_with_the_same_key_ring_read_what_each_other_wrote()
    {
        using var one = CreateServices("shared");
        using var other = CreateServices("shared");

        var text = Protector(one).Protect(Endpoint, "a secret");

        text.Should().NotContain("a secret");
        Protector(other).Unprotect(Endpoint, text).Should().Be("a secret");
    }

    [Theory]
    [InlineData("acme", "ep_2")]
    [InlineData("globex", "ep_1")]
    public void Text_that_was_copied_to_another_endpoint_cannot_be_read(string tenantId, string endpointId)
    {
        using var services = CreateServices("keys");
        var text = Protector(services).Protect(Endpoint, "a secret");

        var read = () => Protector(services).Unprotect(new EndpointKey(tenantId, endpointId), text);

        read.Should().Throw<WebhookSecretProtectionException>().WithMessage($"*'{endpointId}' of tenant '{tenantId}'*rotate the secret*");
    }

    [Fact]
    public void Without_the_key_ring_the_error_says_what_to_do_and_nothing_of_the_secret()
    {
        using var before = CreateServices("before");
        using var after = CreateServices("after");
        var text = Protector(before).Protect(Endpoint, "a secret");

        var read = () => Protector(after).Unprotect(Endpoint, text);

        read.Should().Throw<WebhookSecretProtectionException>()
            .WithMessage("*'ep_1' of tenant 'acme'*key ring*application name*")
            .Which.ToString().Should().NotContain("a secret");
    }

    [Fact]
    public void It_takes_the_place_of_a_protector_that_was_registered_before()
    {
        using var services = new ServiceCollection()
            .AddWebhooks(webhooks => webhooks
                .ProtectSecrets(new SecretProtectionKey("k", new byte[SecretProtectionKey.Length]))
                .ProtectSecretsWithDataProtection())
            .Services.BuildServiceProvider();

        services.GetServices<IWebhookSecretProtector>().Should().ContainSingle().Which.Should().NotBeOfType<AesGcmSecretProtector>();
    }

    private static IWebhookSecretProtector Protector(IServiceProvider services) =>
        services.GetRequiredService<IWebhookSecretProtector>();

    private static async Task<string> StoredAsync(IServiceProvider services, string endpointId) =>
        (await services.GetRequiredService<IWebhookStore>().GetEndpointAsync(new EndpointKey(WebhooksDefaults.TenantId, endpointId), default))!.Secrets;

    private ServiceProvider CreateServices(string keyRing)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDataProtection()
            .SetApplicationName("tests")
            .PersistKeysToFileSystem(_folder.CreateSubdirectory(keyRing));
        return services
            .AddWebhooks(webhooks => webhooks.AddEventType<string>("greeting").ProtectSecretsWithDataProtection())
            .Services.BuildServiceProvider();
    }
}
