using Webhooks.Endpoints;

namespace Webhooks.Ed25519.Tests;

public sealed class WebhookPublicKeysTests
{
    [Fact]
    public async Task The_keys_are_a_document_that_every_library_for_json_web_keys_reads()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(["v1a"], new CreateEndpointOptions { Secret = Keys.Secret(Keys.Seed) });
        var second = Keys.Secret("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Secret = second });

        var keys = await host.PublicKeys.GetAsync(created.Endpoint.Id);

        keys.Keys.Should().HaveCount(2);
        keys.ToJwks().Should().Be($$"""{"keys":[{{keys.Keys[0].ToJwk()}},{{keys.Keys[1].ToJwk()}}]}""");
        keys.Keys[1].KeyId.Should().Be("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        keys.ToJwks().Should().NotContain("\"d\":");
    }

    [Fact]
    public async Task An_endpoint_without_a_private_key_has_no_public_keys()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(["v1"]);

        var keys = await host.PublicKeys.GetAsync(created.Endpoint.Id);

        keys.Keys.Should().BeEmpty();
        keys.ToJwks().Should().Be("""{"keys":[]}""");
    }

    [Fact]
    public async Task A_tenant_does_not_see_keys_of_another_ones_endpoint()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(["v1a"], new CreateEndpointOptions { TenantId = "one" });

        var read = FluentActions.Awaiting(() => host.PublicKeys.GetAsync(created.Endpoint.Id, "other"));

        await read.Should().ThrowAsync<WebhookNotFoundException>();
    }
}
