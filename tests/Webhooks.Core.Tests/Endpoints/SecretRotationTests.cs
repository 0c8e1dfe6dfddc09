using System.Security.Cryptography;
using System.Text;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Endpoints;

public sealed class SecretRotationTests
{
    [Fact]
    public async Task During_the_grace_period_attempts_carry_both_signatures_and_then_the_new_one_only()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Signing.SecretGracePeriod = TimeSpan.FromHours(2);

            // The expired secret is still in the store.
            options.Retention.Interval = TimeSpan.FromDays(1);
        });
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        (await SendAsync(host, 1)).Should().Equal(created.Secret);

        var rotated = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);

        rotated.Should().NotBe(created.Secret);
        (await SendAsync(host, 2, rotated, created.Secret)).Should().Equal(rotated, created.Secret);
        host.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        (await SendAsync(host, 3, rotated, created.Secret)).Should().Equal(rotated, created.Secret);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await SendAsync(host, 4, rotated, created.Secret)).Should().Equal(rotated);

        Task<IReadOnlyList<WebhookSecret>> SendAsync(TestHost sender, int number, params WebhookSecret[] candidates) =>
            SignersOfNextAsync(sender, number, candidates.Length == 0 ? [created.Secret] : candidates);
    }

    [Fact]
    public async Task Without_a_grace_period_only_the_new_secret_signs()
    {
        await using var host = await TestHost.WithAsync(options => options.Signing.SecretGracePeriod = TimeSpan.Zero);
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());

        var rotated = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);

        (await SignersOfNextAsync(host, 1, rotated, created.Secret)).Should().Equal(rotated);
    }

    [Fact]
    public async Task A_second_rotation_does_not_prolong_the_life_of_the_first_secret()
    {
        await using var host = await TestHost.WithAsync(options => options.Signing.SecretGracePeriod = TimeSpan.FromHours(2));
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        var second = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);
        host.Clock.Advance(TimeSpan.FromHours(1));
        var third = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);
        (await SignersOfNextAsync(host, 1, third, second, created.Secret)).Should().Equal(third, second, created.Secret);

        host.Clock.Advance(TimeSpan.FromHours(1));

        (await SignersOfNextAsync(host, 2, third, second, created.Secret)).Should().Equal(third, second);
    }

    [Fact]
    public async Task A_secret_of_the_hosts_own_can_be_given_and_taken_back()
    {
        await using var host = await TestHost.StartAsync();
        var (first, other) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var created = await host.Endpoints.CreateAsync(TestHost.Settings(), new() { Secret = first });

        (await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Secret = other })).Should().Be(other);
        await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Secret = first });

        (await SignersOfNextAsync(host, 1, first, other)).Should().Equal(first, other);
    }

    [Fact]
    public async Task A_rotation_with_an_id_is_repeated_without_another_as_long_as_its_secret_is_signed_with()
    {
        await using var host = await TestHost.WithAsync(options => options.Signing.SecretGracePeriod = TimeSpan.FromHours(2));
        var id = await host.AddEndpointAsync();
        var rotation = new RotateSecretOptions { RotationId = "rotation-1" };

        var first = await host.Endpoints.RotateSecretAsync(id, rotation);
        var version = (await host.Endpoints.GetAsync(id))!.Version;
        (await host.Endpoints.RotateSecretAsync(id, rotation)).Should().Be(first);
        (await host.Endpoints.GetAsync(id))!.Version.Should().Be(version);
        await host.Endpoints.RotateSecretAsync(id, new RotateSecretOptions { RotationId = "rotation-2" });
        (await host.Endpoints.RotateSecretAsync(id, rotation)).Should().Be(first, "it is signed with still");
        host.Clock.Advance(TimeSpan.FromHours(2));

        (await host.Endpoints.RotateSecretAsync(id, rotation)).Should().NotBe(first);
        await host.Endpoints.Invoking(endpoints => endpoints.RotateSecretAsync(id, rotation with { RotationId = "a.b" }))
            .Should().ThrowAsync<WebhookValidationException>();
    }

    [Fact]
    public async Task A_rotations_id_with_other_options_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        var rotation = new RotateSecretOptions { RotationId = "rotation-1", GracePeriod = TimeSpan.FromHours(1) };
        var first = await host.Endpoints.RotateSecretAsync(id, rotation);

        foreach (var other in (RotateSecretOptions[])
        [
            rotation with { GracePeriod = null },
            rotation with { Scheme = "v1" },
            rotation with { Secret = first },
        ])
        {
            (await host.Endpoints.Invoking(endpoints => endpoints.RotateSecretAsync(id, other)).Should().ThrowAsync<WebhookValidationException>())
                .Which.Errors.Should().ContainSingle().Which.Should().Match<WebhookValidationError>(error => error.Field == "rotationId" && error.Rule == "reused");
        }

        (await host.Endpoints.GetSecretsAsync(id)).Should().HaveCount(2).And.Contain(secret => secret.Secret.Equals(first));
    }

    [Fact]
    public async Task An_expired_secret_vanishes_from_the_store_without_anyone_touching_the_endpoint()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        var key = new EndpointKey(created.Endpoint.TenantId, created.Endpoint.Id);
        var newest = await host.Endpoints.RotateSecretAsync(key.EndpointId, new() { GracePeriod = TimeSpan.FromMinutes(90) });
        (await CountStoredAsync()).Should().Be(2);

        host.Clock.Advance(TimeSpan.FromHours(1));
        host.Clock.Advance(TimeSpan.FromHours(1));

        await host.Store.Changed.WhenAsync(async () => await CountStoredAsync() == 1);
        (await host.Endpoints.GetSecretsAsync(key.EndpointId)).Should().ContainSingle().Which.Secret.Should().Be(newest);

        async Task<int> CountStoredAsync() =>
            (await host.Store.Inner.GetEndpointAsync(key, default))!.Secrets.Split(WebhookSecret.Prefix).Length - 1;
    }

    [Fact]
    public async Task Secrets_that_are_signed_with_can_be_read_again_the_newest_first()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        var newest = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new() { GracePeriod = TimeSpan.FromHours(1) });

        var secrets = await host.Endpoints.GetSecretsAsync(created.Endpoint.Id);

        secrets.Should().Equal(
            new EndpointSecret(newest, TestHost.Noon),
            new EndpointSecret(created.Secret, TestHost.Noon, TestHost.Noon.AddHours(1)));
        host.Clock.Advance(TimeSpan.FromHours(1));
        (await host.Endpoints.GetSecretsAsync(created.Endpoint.Id)).Should().Equal(secrets[0]);
    }

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("7.00:00:01")]
    public async Task A_grace_period_is_nothing_to_seven_days(string gracePeriod)
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();

        var rotate = () => host.Endpoints.RotateSecretAsync(id, new() { GracePeriod = TimeSpan.Parse(gracePeriod) });

        (await rotate.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single().Field.Should().Be("gracePeriod");
    }

    [Fact]
    public async Task Ten_secrets_are_signed_with_at_once_and_no_more()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        for (var i = 1; i < 10; i++)
        {
            await host.Endpoints.RotateSecretAsync(id);
        }

        var rotate = () => host.Endpoints.RotateSecretAsync(id);

        (await rotate.Should().ThrowAsync<WebhookConflictException>()).Which.Message.Should().Contain("10 secrets");
        (await host.Endpoints.GetSecretsAsync(id)).Should().HaveCount(10);
        await host.Endpoints.RotateSecretAsync(id, new() { GracePeriod = TimeSpan.Zero });
        (await host.Endpoints.GetSecretsAsync(id)).Should().ContainSingle();
    }

    /// <summary>Sends one and returns whose signatures it carries, in their order.</summary>
    private static async Task<IReadOnlyList<WebhookSecret>> SignersOfNextAsync(
        TestHost host, int number, params WebhookSecret[] candidates)
    {
        await host.PublishAsync();
        var request = (await host.Receiver.ReceivedAsync(number))[number - 1];

        // Else a jump of the clock would end the lease before the outcome is recorded, and it would be sent again.
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        var signed = Encoding.UTF8.GetBytes($"{request.MessageId}.{request.Headers["webhook-timestamp"]}.{request.Text}");
        return
        [
            .. request.Headers["webhook-signature"].Split(' ').Select(signature => candidates.Single(
                secret => signature == "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret.Key, signed)))),
        ];
    }
}
