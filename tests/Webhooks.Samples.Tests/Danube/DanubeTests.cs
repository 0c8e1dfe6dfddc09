using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Danube;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Samples.Common;
using Webhooks.Dispatching;
using Webhooks.Samples.Tests.Hosting;
using Webhooks.Signing;

namespace Webhooks.Samples.Tests.Danube;

/// <summary>Each is a sentence of the document.</summary>
public sealed class DanubeTests : IAsyncLifetime
{
    private const string User = "user_1";

    /// <summary>The request of the document.</summary>
    private const string Documented = """
        {
            "url": "https://example.com/webhooks/danube",
            "events": ["tool.execution.completed", "tool.execution.failed"],
            "description": "Production monitoring"
        }
        """;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private SampleHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await SampleHost.StartAsync(DanubeApp.Build, UseKey);
        Authorize(User, SampleHost.Start.AddHours(12));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_documented_call_has_the_documented_answer() =>
        Scrubbed.Match(await _host.CallAsync(HttpMethod.Post, "/v1/webhooks", Documented));

    [Fact]
    public async Task It_receives_http_notifications_when_events_occur_and_no_others()
    {
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented);

        await _host.JsonAsync(HttpMethod.Post, "/internal/events/workflow.completed", """{"workflow_id":"w1"}""");
        await _host.JsonAsync(HttpMethod.Post, "/internal/events/tool.execution.failed", """{"tool":"search","error":"timeout"}""");
        await _host.DeliveryAsync(User, delivery => delivery.Status == DeliveryStatus.Succeeded);

        var request = _host.Receiver.Requests.Should().ContainSingle().Which;
        request.Method.Should().Be("POST");
        request.Url.Should().Be("https://example.com/webhooks/danube");
        Scrubbed.Match(SampleHost.Indent(request.Text));
    }

    [Fact]
    public async Task The_signing_secret_verifies_webhook_signatures_via_hmac_sha256()
    {
        var secret = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented)).GetProperty("secret").GetString()!;
        await _host.JsonAsync(HttpMethod.Post, "/internal/events/tool.execution.completed", "{}");
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        new WebhookVerifier(WebhookSecret.Parse(secret), timeProvider: _host.Clock).Verify(request.Header, request.Body)
            .IsValid.Should().BeTrue();
        var signed = Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Text}");
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        request.Headers["webhook-signature"].Should().Be($"v1,{Convert.ToBase64String(signature)}");
    }

    [Fact]
    public async Task The_secret_has_the_documented_format_and_is_another_for_each_webhook()
    {
        var secrets = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            secrets.Add((await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented)).GetProperty("secret").GetString()!);
        }

        secrets.Should().OnlyHaveUniqueItems().And.AllSatisfy(secret => secret.Should().MatchRegex("^whsec_[0-9a-f]{48}$"));
    }

    [Fact]
    public void The_secret_is_only_returned_when_the_webhook_is_created() =>
        _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(route => route.RoutePattern.RawText)
            .Should().BeEquivalentTo("/v1/webhooks", "/internal/events/{name}");

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer not-a-token")]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    public async Task It_requires_a_jwt_token(string? authorization)
    {
        _host.Client.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        (await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", Documented)).StatusCode.Should().Be(401);
    }

    [Fact]
    public async Task A_token_that_has_expired_or_is_signed_by_somebody_else_is_none()
    {
        Authorize(User, SampleHost.Start.AddSeconds(-1));
        (await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", Documented)).StatusCode.Should().Be(401);

        Authorize(User, SampleHost.Start.AddHours(1), RandomNumberGenerator.GetBytes(32));
        (await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", Documented)).StatusCode.Should().Be(401);
    }

    [Theory]
    [InlineData("""{"events":["workflow.failed"]}""", "url")]
    [InlineData("""{"url":"http://example.com/hooks","events":["workflow.failed"]}""", "url")]
    [InlineData("""{"url":"HTTPS://example.com/hooks","events":["workflow.failed"]}""", "url")]
    [InlineData("""{"url":"https://127.0.0.1/hooks","events":["workflow.failed"]}""", "url")]
    [InlineData("""{"url":"https://example.com/hooks"}""", "events")]
    [InlineData("""{"url":"https://example.com/hooks","events":[]}""", "events")]
    [InlineData("""{"url":"https://example.com/hooks","events":["workflow.started"]}""", "events")]
    [InlineData("""{"url":"https://example.com/hooks","events":["workflow.*"]}""", "events")]
    [InlineData("""{"url":"https://example.com/hooks","events":["*"]}""", "events")]
    public async Task The_url_starts_with_https_and_at_least_one_valid_event_is_required(string body, string field)
    {
        var (statusCode, problem) = await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", body);

        statusCode.Should().Be(400);
        JsonSerializer.Deserialize<JsonElement>(problem).GetProperty("errors").EnumerateObject().Should().ContainSingle()
            .Which.Name.Should().StartWith(field);
    }

    [Fact]
    public async Task The_valid_events_are_the_five_documented_ones()
    {
        string[] documented =
        [
            "tool.execution.completed", "tool.execution.failed", "workflow.completed", "workflow.failed", "agent.spend.limit_approaching",
        ];
        var body = JsonSerializer.Serialize(new { url = "https://example.com/hooks", events = documented });

        var created = await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", body);

        created.GetProperty("events").EnumerateArray().Select(name => name.GetString()).Should().Equal(documented);
        DanubeApp.Events.Should().Equal(documented);
    }

    [Fact]
    public async Task The_description_is_optional() =>
        Scrubbed.Match(await _host.CallAsync(HttpMethod.Post, "/v1/webhooks", """{"url":"https://example.com/hooks","events":["workflow.failed"]}"""));

    [Fact]
    public async Task Events_of_one_user_do_not_go_to_another()
    {
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented);

        Authorize("user_2", SampleHost.Start.AddHours(1));
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented);
        await _host.JsonAsync(HttpMethod.Post, "/internal/events/tool.execution.failed", "{}");
        await _host.DeliveryAsync("user_2", delivery => delivery.Status == DeliveryStatus.Succeeded);

        _host.Receiver.Requests.Should().ContainSingle();
    }

    private static void UseKey(WebApplicationBuilder builder) =>
        builder.Services.Configure<JwtOptions>(JwtHandler.SchemeName, options => options.Key = Key);

    private void Authorize(string user, DateTimeOffset until, byte[]? key = null)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = user, ["exp"] = until.ToUnixTimeSeconds() };
        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Jwt.Create(key ?? Key, claims));
    }
}
