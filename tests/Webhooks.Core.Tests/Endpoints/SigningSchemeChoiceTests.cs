using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Signing;

namespace Webhooks.Core.Tests.Endpoints;

/// <summary>By which schemes an endpoint's requests are signed, and with which of its secrets.</summary>
public sealed class SigningSchemeChoiceTests
{
    private const string Own = "cyberun";

    [Fact]
    public async Task Requests_are_signed_by_the_applications_schemes_unless_an_endpoint_chose_others()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Signing.Schemes[Own] = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" };
            options.Signing.Default = [Own];
        });
        var follower = await host.Endpoints.CreateAsync(TestHost.Settings());
        var chooser = await host.Endpoints.CreateAsync(TestHost.Settings() with { SigningSchemes = [SigningSchemeNames.Svix] });

        await host.PublishAsync();

        var requests = await host.Receiver.ReceivedAsync(2);
        var ofFollower = requests.Single(request => request.Headers.ContainsKey("X-Webhook-Signature-256"));
        var ofChooser = requests.Single(request => request.Headers.ContainsKey("svix-signature"));
        Verify(ofFollower, SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" }, host, follower.Secret)
            .Should().BeTrue();
        Verify(ofChooser, SigningScheme.Svix, host, chooser.Secret).Should().BeTrue();
        ofFollower.Headers.Keys.Should().NotContain(["webhook-id", "svix-id", "webhook-signature"]);
        ofChooser.Headers.Keys.Should().NotContain(["webhook-id", "X-Webhook-Signature-256"]);
    }

    [Fact]
    public async Task Several_schemes_sign_one_request_with_the_same_secret()
    {
        await using var host = await TestHost.StartAsync();
        string[] schemes = ["v1", "svix", "stripe", "github", "slack", "shopify"];
        var created = await host.Endpoints.CreateAsync(TestHost.Settings() with { SigningSchemes = schemes });

        var request = await SendAsync(host);

        foreach (var scheme in new[]
        {
            SigningScheme.StandardWebhooks, SigningScheme.Svix, SigningScheme.Stripe, SigningScheme.GitHub, SigningScheme.Slack,
            SigningScheme.Shopify,
        })
        {
            Verify(request, scheme, host, created.Secret).Should().BeTrue(scheme.SignatureHeader);
        }
    }

    [Fact]
    public async Task A_scheme_of_its_own_secret_signs_with_that_alone_and_the_others_with_the_shared_one()
    {
        await using var host = await TestHost.StartAsync();
        var imported = WebhookSecret.FromText("a secret of the system before");
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        await host.Endpoints.RotateSecretAsync(
            created.Endpoint.Id, new() { Scheme = "github", Secret = imported, GracePeriod = TimeSpan.Zero });
        await host.Endpoints.UpdateAsync(created.Endpoint.Id, TestHost.Settings() with { SigningSchemes = ["v1", "github"] });

        var request = await SendAsync(host);

        Verify(request, SigningScheme.StandardWebhooks, host, created.Secret).Should().BeTrue();
        Verify(request, SigningScheme.GitHub, host, imported).Should().BeTrue();
        Verify(request, SigningScheme.GitHub, host, created.Secret).Should().BeFalse();
    }

    [Fact]
    public async Task A_scheme_that_gets_a_secret_of_its_own_signs_with_the_shared_one_too_for_the_grace_period()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings() with { SigningSchemes = ["v1", "stripe"] });

        var own = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new() { Scheme = "stripe" });

        var during = await SendAsync(host);
        Verify(during, SigningScheme.Stripe, host, own).Should().BeTrue();
        Verify(during, SigningScheme.Stripe, host, created.Secret).Should().BeTrue();
        host.Clock.Advance(TimeSpan.FromHours(24));
        var after = await SendAsync(host, 2);
        Verify(after, SigningScheme.Stripe, host, own).Should().BeTrue();
        Verify(after, SigningScheme.Stripe, host, created.Secret).Should().BeFalse();
        Verify(after, SigningScheme.StandardWebhooks, host, created.Secret).Should().BeTrue();
    }

    [Fact]
    public async Task A_shared_secret_ends_with_the_grace_period_of_the_last_scheme_that_gets_one_of_its_own()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings() with { SigningSchemes = ["v1", "stripe"] });
        var stripe = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new() { Scheme = "stripe", GracePeriod = TimeSpan.FromHours(1) });
        (await host.Endpoints.GetSecretsAsync(created.Endpoint.Id)).Should().Contain(secret => secret.Scheme == null && secret.ExpiresAt == null);

        var v1 = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new() { Scheme = "v1", GracePeriod = TimeSpan.FromHours(2) });

        var during = await SendAsync(host);
        Verify(during, SigningScheme.StandardWebhooks, host, v1).Should().BeTrue();
        Verify(during, SigningScheme.StandardWebhooks, host, created.Secret).Should().BeTrue();
        host.Clock.Advance(TimeSpan.FromHours(2));
        (await host.Endpoints.GetSecretsAsync(created.Endpoint.Id)).Select(secret => secret.Secret).Should().BeEquivalentTo([v1, stripe]);
        var after = await SendAsync(host, 2);
        Verify(after, SigningScheme.StandardWebhooks, host, v1).Should().BeTrue();
        Verify(after, SigningScheme.Stripe, host, stripe).Should().BeTrue();
    }

    [Fact]
    public async Task A_scheme_whose_header_holds_one_signature_signs_with_the_newest_secret()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings() with { SigningSchemes = ["github"] });

        var newest = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);

        var request = await SendAsync(host);
        Verify(request, SigningScheme.GitHub, host, newest).Should().BeTrue();
        Verify(request, SigningScheme.GitHub, host, created.Secret).Should().BeFalse();
    }

    [Theory]
    [InlineData("nobody's", "'nobody's' is not the name of a scheme")]
    [InlineData("v1 V1", "twice")]
    [InlineData("", "1 to 8 are allowed")]
    [InlineData("v1 twin", "'webhook-signature'")]
    [InlineData("semicolon v1", "'webhook-signature'")]
    public async Task A_choice_that_cannot_be_is_refused(string schemes, string reason)
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Signing.Schemes["twin"] = SigningScheme.Stripe with { SignatureHeader = "Webhook-Signature" };
            options.Signing.Schemes["semicolon"] = SigningScheme.StandardWebhooks with { Separator = ';' };
        });
        var settings = TestHost.Settings() with { SigningSchemes = schemes.Split(' ', StringSplitOptions.RemoveEmptyEntries) };

        var create = () => host.Endpoints.CreateAsync(settings);

        var error = (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle().Subject;
        error.Field.Should().Be("signingSchemes");
        error.Message.Should().Contain(reason);
    }

    [Fact]
    public async Task A_secret_that_none_of_the_schemes_can_sign_with_is_refused()
    {
        await using var host = await TestHost.StartAsync();

        var create = () => host.Endpoints.CreateAsync(
            TestHost.Settings(), new() { Secret = WebhookSecret.FromText("no base64 of any kind") });

        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single()
            .Should().Match<WebhookValidationError>(error => error.Field == "secret" && error.Rule == "kind");
    }

    [Fact]
    public async Task A_rotation_to_a_secret_that_one_of_the_schemes_cannot_sign_with_changes_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings() with { SigningSchemes = ["github", "v1"] });

        var rotate = () => host.Endpoints.RotateSecretAsync(
            created.Endpoint.Id, new() { Secret = WebhookSecret.FromText("no base64 of any kind") });

        (await rotate.Should().ThrowAsync<WebhookValidationException>()).Which.Message.Should().Contain("'v1'");
        (await host.Endpoints.GetSecretsAsync(created.Endpoint.Id)).Should().ContainSingle().Which.Secret.Should().Be(created.Secret);
    }

    [Fact]
    public async Task A_scheme_that_no_secret_fits_cannot_be_chosen_later()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(
            TestHost.Settings() with { SigningSchemes = ["github"] }, new() { Secret = WebhookSecret.FromText("no base64 of any kind") });

        var update = () => host.Endpoints.UpdateAsync(created.Endpoint.Id, TestHost.Settings() with { SigningSchemes = ["v1", "github"] });

        (await update.Should().ThrowAsync<WebhookValidationException>()).Which.Message.Should().Contain("RotateSecretAsync");
        await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new() { Scheme = "v1" });
        (await update()).Settings.SigningSchemes.Should().Equal("v1", "github");
    }

    [Fact]
    public async Task An_attempt_that_nothing_can_sign_fails_visibly_and_is_not_sent()
    {
        await using var host = await TestHost.WithAsync(options => options.Signing.Default = ["v1"]);
        var created = await host.Endpoints.CreateAsync(
            TestHost.Settings() with { SigningSchemes = ["github"] }, new() { Secret = WebhookSecret.FromText("no base64 of any kind") });
        await host.Endpoints.UpdateAsync(created.Endpoint.Id, TestHost.Settings());

        await host.PublishAsync();

        var delivery = await host.DeliveryAsync(one => one.AttemptCount == 1);
        delivery.LastError.Should().Be(AttemptError.Internal);
        host.Receiver.Requests.Should().BeEmpty();
    }

    private static async Task<ReceivedRequest> SendAsync(TestHost host, int number = 1)
    {
        await host.PublishAsync();
        var request = (await host.Receiver.ReceivedAsync(number))[number - 1];

        // Else a jump of the clock would end the lease before the outcome is recorded, and it would be sent again.
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        return request;
    }

    private static bool Verify(ReceivedRequest request, SigningScheme scheme, TestHost host, WebhookSecret secret) =>
        new WebhookVerifier(scheme, [secret], timeProvider: host.Clock)
            .Verify(name => request.Headers.TryGetValue(name, out var value) ? [value] : [], request.Body).IsValid;
}
