using System.Text;
using Webhooks.Core.Tests.Engine;
using Webhooks.Endpoints;

namespace Webhooks.Core.Tests.Credentials;

public sealed class EndpointCredentialsTests
{
    private const string Secret = "s3cret-value";

    public static TheoryData<EndpointCredentials, string, string> Refused => new()
    {
        { new() { Basic = new("a:b", Secret) }, "credentials.basic.userName", "characters" },
        { new() { Basic = new("", Secret) }, "credentials.basic.userName", "characters" },
        { new() { Basic = new(Secret + "\r\n", "p") }, "credentials.basic.userName", "characters" },
        { new() { Basic = new("a", Secret + "\n") }, "credentials.basic.password", "characters" },
        { new() { Basic = new("a", Secret + new string('界', 342)) }, "credentials.basic.password", "characters" },
        { new() { BearerToken = "" }, "credentials.bearerToken", "characters" },
        { new() { BearerToken = Secret + "\r\nX-Evil: 1" }, "credentials.bearerToken", "characters" },
        { new() { BearerToken = Secret + new string('t', 4_000) }, "credentials.bearerToken", "characters" },
        { new() { OAuth = OAuth() with { TokenUrl = "http://auth.test/" + "?" + Secret } }, "credentials.oauth.tokenUrl", "https" },
        { new() { OAuth = OAuth() with { ClientId = "" } }, "credentials.oauth.clientId", "characters" },
        { new() { OAuth = OAuth() with { ClientSecret = Secret + "\0" } }, "credentials.oauth.clientSecret", "characters" },
        { new() { OAuth = OAuth() with { Scope = Secret + "\n" } }, "credentials.oauth.scope", "characters" },
        { new() { Headers = Header("X-Key", Secret + "\r\nX-Evil: 1") }, "credentials.headers[X-Key]", "value" },
        { new() { Headers = Header("Host", Secret) }, "credentials.headers[Host]", "reserved" },
        { new() { Headers = Header("webhook-signature", Secret) }, "credentials.headers[webhook-signature]", "reserved" },
        { new() { Headers = Header($"X-Key: {Secret}", Secret) }, "credentials.headers", "name" },
        { new() { Headers = null! }, "credentials.headers", "required" },
        { new() { BearerToken = Secret, Basic = new("a", Secret) }, "credentials", "one" },
        { new() { BearerToken = Secret, Headers = Header("authorization", Secret) }, "credentials", "one" },
        { new() { ClientCertificate = Secret }, "credentials.clientCertificate", "pem" },
        { new() { ClientCertificate = Certificates.SelfSigned("client").ExportCertificatePem() }, "credentials.clientCertificate", "pem" },
        { new() { ClientCertificate = Secret + new string(' ', 65_536) }, "credentials.clientCertificate", "length" },
    };

    [Fact]
    public async Task User_name_and_password_are_sent_as_utf_8() =>
        (await SentAsync(new() { Basic = new BasicCredentials("jörg", "pass:word") }))["Authorization"]
            .Should().Be("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("jörg:pass:word")));

    [Fact]
    public async Task A_bearer_token_is_sent() =>
        (await SentAsync(new() { BearerToken = "abc.def" }))["Authorization"].Should().Be("Bearer abc.def");

    [Fact]
    public async Task Secret_headers_are_sent_in_place_of_those_of_the_settings() =>
        (await SentAsync(new() { Headers = Header("x-key", "secret") }, TestHost.Settings() with
        {
            Headers = new Dictionary<string, string> { ["X-Key"] = "plain", ["X-Other"] = "1" },
        })).Should().Contain("X-Key", "secret").And.Contain("X-Other", "1");

    [Fact]
    public async Task The_longest_credentials_can_be_sent()
    {
        (await SentAsync(new() { Basic = new(new string('u', 1_024), new string('p', 1_024)) })).Should().ContainKey("Authorization");
        (await SentAsync(new() { BearerToken = new string('t', 4_000) })).Should().ContainKey("Authorization");
    }

    [Fact]
    public async Task Credentials_outlive_changes_of_the_settings_and_of_the_secret_and_can_be_taken_away()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        (await NextAsync(host)).Should().NotContainKey("Authorization");

        await host.Endpoints.SetCredentialsAsync(id, new() { BearerToken = "abc" });
        (await NextAsync(host))["Authorization"].Should().Be("Bearer abc");
        await host.Endpoints.UpdateAsync(id, TestHost.Settings() with { Name = "renamed" });
        await host.Endpoints.RotateSecretAsync(id);
        (await NextAsync(host))["Authorization"].Should().Be("Bearer abc");

        await host.Endpoints.SetCredentialsAsync(id, null);
        (await NextAsync(host)).Should().NotContainKey("Authorization");
    }

    [Fact]
    public async Task All_that_can_be_read_of_credentials_is_which_there_are()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        (await host.Endpoints.GetCredentialKindsAsync(id)).Should().Be(CredentialKinds.None);

        await host.Endpoints.SetCredentialsAsync(id, new() { OAuth = OAuth(), Headers = Header("X-Key", Secret) });
        (await host.Endpoints.GetCredentialKindsAsync(id)).Should().Be(CredentialKinds.OAuth | CredentialKinds.Headers);
        await host.Endpoints.SetCredentialsAsync(id, new() { Basic = new("user", Secret) });
        (await host.Endpoints.GetCredentialKindsAsync(id)).Should().Be(CredentialKinds.Basic);

        var elsewhere = () => host.Endpoints.GetCredentialKindsAsync(id, "other");
        await elsewhere.Should().ThrowAsync<WebhookNotFoundException>();
    }

    [Fact]
    public async Task Setting_credentials_is_a_change_like_any_other()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());

        var changed = await host.Endpoints.SetCredentialsAsync(created.Endpoint.Id, new() { BearerToken = "abc" });
        var again = () => host.Endpoints.SetCredentialsAsync(
            created.Endpoint.Id, null, expectedVersion: created.Endpoint.Version);
        var elsewhere = () => host.Endpoints.SetCredentialsAsync(created.Endpoint.Id, null, tenantId: "other");

        changed.Version.Should().Be(created.Endpoint.Version + 1);
        await again.Should().ThrowAsync<WebhookConflictException>();
        await elsewhere.Should().ThrowAsync<WebhookNotFoundException>();
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Credentials_that_break_a_rule_are_refused_and_not_repeated(EndpointCredentials credentials, string field, string rule)
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        var create = () => host.Endpoints.CreateAsync(TestHost.Settings(), new() { Credentials = credentials });
        var set = () => host.Endpoints.SetCredentialsAsync(id, credentials);

        var refused = (await create.Should().ThrowAsync<WebhookValidationException>()).Which;
        await set.Should().ThrowAsync<WebhookValidationException>();

        refused.Errors.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Field = field, Rule = rule });
        refused.ToString().Should().NotContain(Secret);
        (await host.Endpoints.ListAsync(new())).Items.Should().ContainSingle();
    }

    [Fact]
    public async Task What_the_caller_does_to_its_headers_later_changes_nothing()
    {
        var headers = Header("X-Key", "secret");
        await using var host = await TestHost.StartAsync();
        await host.Endpoints.CreateAsync(TestHost.Settings(), new() { Credentials = new() { Headers = headers } });

        headers["X-Key"] = "changed\r\n";

        (await NextAsync(host))["X-Key"].Should().Be("secret");
    }

    internal static OAuthClientCredentials OAuth() => new()
    {
        TokenUrl = "https://auth.test/token", ClientId = "client", ClientSecret = "secret",
    };

    private static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };

    private static async Task<IReadOnlyDictionary<string, string>> SentAsync(
        EndpointCredentials credentials, EndpointSettings? settings = null)
    {
        await using var host = await TestHost.StartAsync();
        await host.Endpoints.CreateAsync(settings ?? TestHost.Settings(), new() { Credentials = credentials });
        return await NextAsync(host);
    }

    private static async Task<IReadOnlyDictionary<string, string>> NextAsync(TestHost host)
    {
        var before = host.Receiver.Requests.Count;
        await host.PublishAsync();
        return (await host.Receiver.ReceivedAsync(before + 1))[before].Headers;
    }
}
