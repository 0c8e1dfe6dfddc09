using System.Net;

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
