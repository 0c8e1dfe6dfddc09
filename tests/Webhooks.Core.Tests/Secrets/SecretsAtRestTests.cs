using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Secrets;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Secrets;

/// <summary>What a store is given to keep, and that it can be used again.</summary>
public sealed class SecretsAtRestTests
{
    // Their base64 form has no character that JSON escapes.
    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_bm8tYnl0ZS1vZi10aGUtZmlsZS1zaG93cy1tZQ==");
    private static readonly WebhookSecret NextSecret = WebhookSecret.Parse("whsec_YW5vdGhlci1zZWNyZXQtYWZ0ZXItdGhlLXJvdA==");
    private static readonly SecretProtectionKey First = new("first", RandomNumberGenerator.GetBytes(32));
    private static readonly SecretProtectionKey Second = new("second", RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task With_a_protector_the_store_never_sees_a_secret()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.ProtectSecrets(First));
        var created = await host.Endpoints.CreateAsync(
            TestHost.Settings(), new() { Secret = Secret, Credentials = new() { BearerToken = "bearer-at-rest" } });
        await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Secret = NextSecret });

        var stored = await StoredAsync(host, created.Endpoint.Id);

        stored.Should().StartWith("{\"protected\":\"v1.first.");
        stored.Should().NotContain(Secret.Reveal()[WebhookSecret.Prefix.Length..])
            .And.NotContain(NextSecret.Reveal()[WebhookSecret.Prefix.Length..])
            .And.NotContain("bearer-at-rest");

        await ShouldSignAsync(host);
    }

    [Fact]
    public async Task Without_a_protector_secrets_are_stored_in_the_clear()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings(), new() { Secret = Secret });

        (await StoredAsync(host, created.Endpoint.Id)).Should().Contain(Secret.Reveal());
    }

    [Fact]
    public async Task Secrets_from_before_the_protector_are_used_and_the_next_change_encrypts_them()
    {
        await using var plain = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false);
        var created = await plain.Endpoints.CreateAsync(TestHost.Settings());
        await using var host = await TestHost.StartAsync(webhooks => webhooks.ProtectSecrets(First), like: plain);
        await ShouldSignAsync(host);

        await host.Endpoints.UpdateAsync(created.Endpoint.Id, TestHost.Settings() with { Name = "renamed" });

        (await StoredAsync(host, created.Endpoint.Id)).Should().StartWith("{\"protected\":\"v1.first.");
        await ShouldSignAsync(host);
    }

    [Fact]
    public async Task After_all_is_encrypted_anew_the_old_key_can_go()
    {
        await using var before = await TestHost.StartAsync(webhooks =>
            webhooks.ProtectSecrets(First).Configure(options => options.Dispatcher.Enabled = false));
        for (var i = 0; i < 300; i++)
        {
            await before.AddEndpointAsync(TestHost.Settings($"https://receiver.test/{i}"));
        }

        await before.AddEndpointAsync(tenantId: "other");
        await using var rotating = await TestHost.StartAsync(
            webhooks => webhooks.ProtectSecrets(Second, First).Configure(options => options.Dispatcher.Enabled = false), like: before);

        (await rotating.Endpoints.ReprotectSecretsAsync()).Should().Be(300);
        (await rotating.Endpoints.ReprotectSecretsAsync("other")).Should().Be(1);

        await using var after = await TestHost.StartAsync(webhooks => webhooks.ProtectSecrets(Second), like: before);
        await after.PublishAsync();
        await after.PublishAsync(new() { TenantId = "other" });
        (await after.Receiver.ReceivedAsync(301)).Should().OnlyContain(request => request.Headers.ContainsKey("webhook-signature"));
    }

    [Fact]
    public async Task Without_its_key_an_endpoint_keeps_its_deliveries_until_the_key_is_back()
    {
        await using var first = await TestHost.StartAsync(webhooks =>
            webhooks.ProtectSecrets(First).Configure(options => options.Dispatcher.Enabled = false));
        var created = await first.Endpoints.CreateAsync(TestHost.Settings());
        await using var wrong = await TestHost.StartAsync(webhooks => webhooks.ProtectSecrets(Second), like: first);

        await wrong.PublishAsync();
        await wrong.Logs.LoggedAsync(401);

        wrong.Logs.WithId(401).First().Exception.Should().BeOfType<WebhookSecretProtectionException>()
            .Which.KeyId.Should().Be("first");
        (await wrong.DeliveryAsync(_ => true)).Should().BeEquivalentTo(new { Status = DeliveryStatus.Pending, AttemptCount = 0 });
        (await wrong.Endpoints.GetAsync(created.Endpoint.Id)).Should().NotBeNull("what is no secret can be read without the key");
        await wrong.Endpoints.DeleteAsync(created.Endpoint.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Encrypted_secrets_without_any_protector_and_damaged_ones_say_what_is_wrong(bool isDamaged)
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        var secret = created.Secret.Reveal();
        var stored = (await host.Store.Inner.GetEndpointAsync(Key(created.Endpoint.Id), default))!;
        await host.Store.Inner.ReplaceEndpointAsync(
            stored with { Secrets = isDamaged ? $$"""{"secrets":[{"secret":"{{secret}}!"}]}""" : """{"protected":"v1.x.y"}""" },
            stored.Endpoint.Version,
            default);

        var rotate = () => host.Endpoints.RotateSecretAsync(created.Endpoint.Id);

        var exception = isDamaged
            ? (WebhookException)(await rotate.Should().ThrowAsync<WebhookStoreException>()).Which
            : (await rotate.Should().ThrowAsync<WebhookSecretProtectionException>()).Which;
        exception.Message.Should().Contain(created.Endpoint.Id);
        exception.ToString().Should().NotContain(secret[WebhookSecret.Prefix.Length..]);
    }

    private static EndpointKey Key(string endpointId) => new(WebhooksDefaults.TenantId, endpointId);

    private static async Task<string> StoredAsync(TestHost host, string endpointId) =>
        (await host.Store.Inner.GetEndpointAsync(Key(endpointId), default))!.Secrets;

    private static async Task ShouldSignAsync(TestHost host)
    {
        var before = host.Receiver.Requests.Count;
        await host.PublishAsync();
        (await host.Receiver.ReceivedAsync(before + 1))[before].Headers["webhook-signature"].Should().StartWith("v1,");
    }
}
