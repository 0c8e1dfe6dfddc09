using System.Net;
using Microsoft.Extensions.Logging;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Tests.Receiving;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class CredentialsTests
{
    private const string Secret = "5ecret-value";

    public static TheoryData<string, HttpStatusCode, string[]> Refused { get; } = new()
    {
        { """{"basic":{"user_name":"a:b","password":"5ecret-value\n"}}""", HttpStatusCode.UnprocessableEntity, ["basic.user_name", "basic.password"] },
        { """{"basic":{"password":"5ecret-value"}}""", HttpStatusCode.UnprocessableEntity, ["basic.user_name"] },
        { """{"bearer_token":"5ecret-value "}""", HttpStatusCode.UnprocessableEntity, ["bearer_token"] },
        { """{"bearer_token":"5ecret-value","basic":{"user_name":"a","password":"5ecret-value"}}""", HttpStatusCode.UnprocessableEntity, [""] },
        {
            """{"oauth":{"token_url":"ftp://example.com/?5ecret-value","client_secret":"5ecret-value\n"}}""",
            HttpStatusCode.UnprocessableEntity,
            ["oauth.token_url", "oauth.client_id", "oauth.client_secret"]
        },
        { """{"headers":{"X-Key":"5ecret-value\n"}}""", HttpStatusCode.UnprocessableEntity, ["headers[X-Key]"] },
        { """{"headers":{"X-Key: 5ecret-value":""}}""", HttpStatusCode.UnprocessableEntity, ["headers"] },
        { """{"client_certificate":"5ecret-value"}""", HttpStatusCode.UnprocessableEntity, ["client_certificate"] },
        { """{"token":"5ecret-value"}""", HttpStatusCode.BadRequest, ["token"] },
        { """{"basic":"5ecret-value"}""", HttpStatusCode.BadRequest, ["basic"] },
        { """{"bearer_token":"5ecret-value""", HttpStatusCode.BadRequest, [] },
    };

    [Fact]
    public async Task Credentials_are_set_sent_replaced_and_removed_and_answers_say_which_there_are()
    {
        await using var host = await SendingHost.StartAsync();
        var endpoint = $"/v1/endpoints/{await host.CreateEndpointAsync()}";
        var path = endpoint + "/credentials";
        var sent = 0;

        var none = await host.Api.GetAsync(path);
        var set = await host.Api.SendAsync(
            HttpMethod.Put, path, """{"bearer_token":"5ecret-value","headers":{"X-Key":"5ecret-value"}}""", headers: ("If-Match", none.ETag!));
        var authorization = await SentAsync();
        var replaced = await host.Api.SendAsync(HttpMethod.Put, path, """{"basic":{"user_name":"user","password":"pass"}}""");
        var basic = await SentAsync();
        var read = await host.Api.GetAsync(path);
        var removed = await host.Api.SendAsync(HttpMethod.Delete, path, headers: ("If-Match", read.ETag!));

        none.Text.Should().Be("""{"basic":false,"bearer_token":false,"oauth":false,"headers":false,"client_certificate":false}""");
        set.Text.Should().Be("""{"basic":false,"bearer_token":true,"oauth":false,"headers":true,"client_certificate":false}""");
        authorization.Should().Be($"Bearer {Secret}");
        replaced.Text.Should().Be("""{"basic":true,"bearer_token":false,"oauth":false,"headers":false,"client_certificate":false}""");
        basic.Should().Be("Basic dXNlcjpwYXNz");
        (read.Text, read.ETag).Should().Be((replaced.Text, replaced.ETag));
        (removed.StatusCode, removed.Text).Should().Be((HttpStatusCode.NoContent, ""));
        (await host.Api.GetAsync(path)).Text.Should().Be(none.Text);
        (await SentAsync()).Should().BeEmpty();

        async Task<string> SentAsync()
        {
            await host.Api.PostAsync("/v1/messages", """{"event_type":"order.paid","data":{"orderId":"1","total":1}}""");
            sent++;
            await host.Api.UntilAsync(endpoint + "/deliveries?status=succeeded", answer => answer.Json["data"]!.AsArray().Count == sent);
            return host.Received.Authorization;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Credentials_that_are_refused_are_a_problem_that_names_their_fields_and_repeats_no_secret(
        string body, HttpStatusCode status, string[] fields)
    {
        using var log = new ReceivingHost.LogRecorder();
        await using var host = await ManagementHost.StartAsync(
            services: builder => builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        var path = $"/v1/endpoints/{await host.CreateEndpointAsync()}/credentials";

        var refused = await host.SendAsync(HttpMethod.Put, path, body);
        var set = await host.SendAsync(HttpMethod.Put, path, """{"bearer_token":"5ecret-value"}""");
        var read = await host.GetAsync(path);

        refused.ShouldBeProblem(status, status == HttpStatusCode.BadRequest ? "bad_request" : "validation").Fields.Should().Equal(fields);
        set.StatusCode.Should().Be(HttpStatusCode.OK, set.Text);
        $"{refused}{set}{read}".Should().NotContain(Secret);
        log.All.Should().NotBeEmpty().And.NotContain(line => line.Contains(Secret));
    }

    [Fact]
    public async Task Without_their_part_credentials_have_no_routes()
    {
        await using var host = await ManagementHost.StartAsync(map: ManagementHost.Map(WebhookApiParts.Default));

        (await host.GetAsync($"/v1/endpoints/{await host.CreateEndpointAsync()}/credentials")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }
}
