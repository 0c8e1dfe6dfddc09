using System.Net;
using Microsoft.AspNetCore.Routing;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class IdempotencyTests
{
    private const string Create = """{"url":"https://example.com/","event_types":["order.paid","*","*"],"headers":{"X-A":"1"},"filter":{"data": {"total": {"$gte": 1.0}}}}""";
    private const string Paid = """{"event_type":"order.paid","data":{"orderId":"1","total":1}}""";

    [Fact]
    public async Task A_repeated_creation_gets_the_first_answer_and_creates_nothing()
    {
        await using var host = await ManagementHost.StartAsync();

        var first = await CreateAsync(host, Create);
        var again = await Task.WhenAll(CreateAsync(host, Create), CreateAsync(host, Create.Replace("\"event_types\"", "  \"event_types\"", StringComparison.Ordinal), "\"key-1\""));
        var elsewhere = await host.PostAsync("/v1/endpoints", Create, tenant: "other", headers: ("Idempotency-Key", "key-1"));

        first.StatusCode.Should().Be(HttpStatusCode.Created, first.Text);
        again.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Created && answer.Text == first.Text);
        elsewhere.StatusCode.Should().Be(HttpStatusCode.Created, "keys are a tenant's own");
        elsewhere["id"].Should().NotBe(first["id"]);
        (await host.GetAsync("/v1/endpoints")).Json["data"]!.AsArray().Should().HaveCount(1);
    }

    [Fact]
    public async Task Creations_at_the_same_time_with_one_key_create_one_endpoint()
    {
        await using var host = await ManagementHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CreateAsync(host, Create)));

        answers.Select(answer => answer.Text).Distinct().Should().ContainSingle();
        (await host.GetAsync("/v1/endpoints")).Json["data"]!.AsArray().Should().HaveCount(1);
    }

    [Theory]
    [InlineData("""{"url":"https://example.org/","event_types":["order.paid","*"],"headers":{"X-A":"1"},"filter":{"data":{"total":{"$gte":1.0}}}}""")]
    [InlineData("""{"url":"https://example.com/","event_types":["order.paid","*"],"headers":{"X-A":"1"}}""")]
    [InlineData("""{"url":"https://example.com/","event_types":["order.paid","*"],"headers":{"X-A":"1"},"filter":{"data":{"total":{"$gte":1.0}}},"secret":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}""")]
    public async Task Another_body_under_the_same_key_is_refused(string other)
    {
        await using var host = await ManagementHost.StartAsync();
        await CreateAsync(host, Create);

        (await CreateAsync(host, other)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key")
            .Fields.Should().Equal("Idempotency-Key");
    }

    [Fact]
    public async Task A_key_whose_endpoint_was_changed_is_taken_and_shows_no_secret()
    {
        await using var host = await ManagementHost.StartAsync();
        var first = await CreateAsync(host, Create);
        await host.PostAsync($"/v1/endpoints/{first["id"]}/secret/rotate");

        (await CreateAsync(host, Create)).ShouldBeProblem(HttpStatusCode.Conflict, "idempotency_key").Text.Should().NotContain("whsec_");
    }

    [Fact]
    public async Task A_repeated_publish_gets_the_first_answer_and_another_body_is_refused()
    {
        await using var host = await ManagementHost.StartAsync();
        (string, string) key = ("Idempotency-Key", "\"paid-1\"");

        var first = await host.PostAsync("/v1/messages", Paid, headers: key);
        var again = await host.PostAsync("/v1/messages", Paid, headers: key);
        var other = await host.PostAsync("/v1/messages", Paid.Replace("\"1\"", "\"2\"", StringComparison.Ordinal), headers: key);
        var byEventId = await host.PostAsync("/v1/messages", Paid[..^1] + ""","event_id":"paid-1"}""");

        (first.StatusCode, (bool)first.Json["is_duplicate"]!).Should().Be((HttpStatusCode.Created, false), first.Text);
        (again.StatusCode, again["id"], (bool)again.Json["is_duplicate"]!).Should().Be((HttpStatusCode.OK, first["id"], true));
        other.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key");
        byEventId["id"].Should().Be(first["id"], "the key is the event's id");
        (await host.GetAsync("/v1/messages")).Json["data"]!.AsArray().Should().HaveCount(1);
        (await host.PostAsync("/v1/messages", Paid[..^1] + ""","event_id":"paid-2"}""", headers: key))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation").Fields.Should().Equal("event_id");
    }

    [Theory]
    [InlineData("/v1/replays", """{"endpoint_id":"{0}","since":"2026-01-01T00:00:00Z"}""", """{"endpoint_id":"{0}"}""")]
    [InlineData("/v1/endpoints/{0}/recover", """{"since":"2026-01-01T00:00:00Z"}""", """{"since":"2026-01-01T00:00:00Z","event_type":"order.paid"}""")]
    public async Task A_repeated_replay_is_the_first_as_it_is_now_also_when_it_could_not_be_started_any_more(string path, string body, string other)
    {
        await using var host = await ManagementHost.StartAsync();
        var endpointId = await host.CreateEndpointAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(body)));
        await host.PostAsync($"/v1/endpoints/{endpointId}/disable");
        var again = await StartAsync(body);

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Accepted);
        answers.Append(again).Select(answer => (answer["id"], answer["until"])).Distinct().Should().ContainSingle();
        again.StatusCode.Should().Be(HttpStatusCode.Accepted, again.Text);
        (await StartAsync(other)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key").Fields.Should().Equal("Idempotency-Key");
        (await StartAsync(body, "key-2")).ShouldBeProblem(HttpStatusCode.Conflict, "conflict");
        (await host.GetAsync("/v1/replays")).Json["data"]!.AsArray().Should().HaveCount(1);

        Task<Answer> StartAsync(string json, string key = "key-1") => host.PostAsync(
            path.Replace("{0}", endpointId, StringComparison.Ordinal),
            json.Replace("{0}", endpointId, StringComparison.Ordinal),
            headers: ("Idempotency-Key", key));
    }

    [Fact]
    public async Task A_repeated_rotation_gets_the_same_secret_and_another_body_is_refused()
    {
        await using var host = await ManagementHost.StartAsync();
        var path = $"/v1/endpoints/{await host.CreateEndpointAsync()}/secret";

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RotateAsync(null)));
        var newer = await host.PostAsync(path + "/rotate");
        var again = await RotateAsync("{}");

        answers.Append(again).Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK && answer.Text == answers[0].Text);
        newer["secret"].Should().NotBe(again["secret"]);
        (await RotateAsync("""{"grace_period_seconds":1}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key")
            .Text.Should().NotContain("whsec_");
        (await host.GetAsync(path)).Json["data"]!.AsArray().Select(secret => (string)secret!["secret"]!).Should().HaveCount(3)
            .And.StartWith([newer["secret"], again["secret"]]);

        Task<Answer> RotateAsync(string? json) => host.PostAsync(path + "/rotate", json, headers: ("Idempotency-Key", "key-1"));
    }

    [Fact]
    public async Task A_repeated_rotation_gets_the_same_secret_though_it_names_the_version_before()
    {
        await using var host = await ManagementHost.StartAsync();
        var endpoint = $"/v1/endpoints/{await host.CreateEndpointAsync()}";
        var before = (await host.GetAsync(endpoint)).ETag!;

        var first = await RotateAsync("key-1");
        var again = await RotateAsync("key-1");

        again["secret"].Should().Be(first["secret"]);
        (await RotateAsync("key-2")).ShouldBeProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");

        Task<Answer> RotateAsync(string key) =>
            host.PostAsync(endpoint + "/secret/rotate", headers: [("Idempotency-Key", key), ("If-Match", before)]);
    }

    [Fact]
    public async Task A_repeated_resend_sends_nothing_also_when_the_first_has_ended()
    {
        await using var host = await SendingHost.StartAsync();
        var endpointId = await host.CreateEndpointAsync();
        host.Received.StatusCode = 400;
        await host.Api.PostAsync("/v1/messages", Paid);
        var failed = await host.Api.UntilAsync(
            $"/v1/endpoints/{endpointId}/deliveries?status=failed", answer => answer.Json["data"]!.AsArray().Count == 1);
        var path = $"/v1/deliveries/{failed.Json["data"]![0]!["id"]}";

        var first = await ResendAsync("key-1");
        await EndedAsync(attempts: 2);
        var again = await ResendAsync("key-1");
        var other = await ResendAsync("key-2");
        await EndedAsync(attempts: 3);

        new[] { first, again, other }.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Accepted);
        (again["status"], (int)again.Json["attempt_count"]!).Should().Be(("failed", 2));
        host.Received.Requests.Should().HaveCount(3);

        Task<Answer> ResendAsync(string key) => host.Api.PostAsync(path + "/resend", headers: ("Idempotency-Key", key));

        Task<Answer> EndedAsync(int attempts) => host.Api.UntilAsync(
            path, answer => answer["status"] == "failed" && (int)answer.Json["attempt_count"]! == attempts);
    }

    [Fact]
    public async Task What_changes_a_state_can_be_repeated_with_a_key_as_without()
    {
        await using var host = await ManagementHost.StartAsync();
        var endpoint = "/v1/endpoints/" + await host.CreateEndpointAsync();
        var replay = "/v1/replays/" + (await host.PostAsync("/v1/replays", "{}"))["id"];

        foreach (var path in (string[])[endpoint + "/disable", endpoint + "/enable", replay + "/cancel"])
        {
            var first = await host.PostAsync(path, headers: ("Idempotency-Key", "key-1"));
            var again = await host.PostAsync(path, headers: ("Idempotency-Key", "key-1"));

            first.StatusCode.Should().Be(HttpStatusCode.OK, first.Text);
            (again.StatusCode, again["status"], again.ETag).Should().Be((first.StatusCode, first["status"], first.ETag));
        }
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused_by_every_route_that_takes_one()
    {
        await using var host = await ManagementHost.StartAsync();
        var routes = host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("POST"))
            .Select(endpoint => endpoint.RoutePattern.RawText!);

        foreach (var route in routes)
        {
            var path = string.Join('/', route.Split('/').Select(part => part.StartsWith('{') ? "id" : part));
            (await host.PostAsync(path, "{}", headers: ("Idempotency-Key", "two words"))).ShouldBeProblem(HttpStatusCode.BadRequest, "idempotency_key");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("\"")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using var host = await ManagementHost.StartAsync();

        (await CreateAsync(host, Create, key)).ShouldBeProblem(HttpStatusCode.BadRequest, "idempotency_key");
    }

    [Fact]
    public async Task An_event_that_breaks_a_rule_names_its_fields()
    {
        await using var host = await ManagementHost.StartAsync();

        (await host.PostAsync("/v1/messages", "{}")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation")
            .Fields.Should().Equal("event_type");
        (await host.PostAsync("/v1/messages", """{"event_type":"order.paid"}""")).Fields.Should().Equal("data");
        (await host.PostAsync("/v1/messages", """{"event_type":"nobody.knows","data":1}""")).Fields.Should().Equal("event_type");
        (await host.PostAsync("/v1/messages", """{"event_type":"order.paid","data":1,"expires_at":"2026-01-01T00:00:00Z","deliver_at":"2026-01-02T00:00:00Z"}"""))
            .Fields.Should().Equal("expires_at");
        (await host.PostAsync("/v1/messages", """{"event_type":"order.paid","data":1,"timestamp":"noon"}"""))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request").Fields.Should().Equal("timestamp");
    }

    private static Task<Answer> CreateAsync(ManagementHost host, string body, string key = "key-1") =>
        host.PostAsync("/v1/endpoints", body, headers: ("Idempotency-Key", key));
}
