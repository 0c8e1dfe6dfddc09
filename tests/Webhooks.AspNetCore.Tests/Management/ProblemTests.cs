using System.Net;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class ProblemTests(ProblemTests.SharedHost shared) : IClassFixture<ProblemTests.SharedHost>
{
    private const string Valid = """{"url":"https://example.com/","event_types":["*"]}""";

    public static TheoryData<string, string, string> BadBodies { get; } = new()
    {
        { "{", "", "" },
        { "", "", "" },
        { "null", "", "type" },
        { "[]", "", "type" },
        { """{"url":1,"event_types":["*"]}""", "url", "type" },
        { """{"url":"https://example.com/","event_types":"*"}""", "event_types", "type" },
        { """{"url":"https://example.com/","event_types":[1]}""", "event_types[0]", "type" },
        { """{"url":"https://example.com/","event_types":["*"],"rate_limit":{"count":"5"}}""", "rate_limit.count", "type" },
        { """{"url":"https://example.com/","event_types":["*"],"rate_limit":{}}""", "rate_limit.count", "required" },
        { """{"url":"https://example.com/","eventtypes":["*"]}""", "eventtypes", "unknown" },
        { """{"url":"https://example.com/","event_types":["*"],"rate_limit":{"count":1,"period":1}}""", "rate_limit.period", "unknown" },
        { """{"url":"https://example.com/","url":"https://example.org/","event_types":["*"]}""", "url", "unique" },
        { """{"url":"https://example.com/","event_types":["*"],"headers":{"X-A":"1","X-A":"2"}}""", "headers.X-A", "unique" },
        { """{"url":"https://example.com/","event_types":["*"],"filter":{"data":{"a":1,"a":2}}}""", "filter.data.a", "unique" },
        { """{"url":"https://example.com/","event_types":["*"],"\ud800":1}""", "", "" },
    };

    public static TheoryData<string, string[]> BrokenRules { get; } = new()
    {
        { "{}", ["url", "event_types"] },
        { """{"url":"http//x","event_types":["nobody.knows",null]}""", ["event_types[1]"] },
        { """{"url":"ftp://example.com/","event_types":["nobody.knows"],"max_concurrency":0}""", ["url", "event_types[0]", "max_concurrency"] },
        { """{"url":"https://example.com/","event_types":["*"],"retry_schedule":[5,-1]}""", ["retry_schedule[1]"] },
        { """{"url":"https://example.com/","event_types":["*"],"retry_schedule":[1e300]}""", ["retry_schedule[0]"] },
        { """{"url":"https://example.com/","event_types":["*"],"rate_limit":{"count":0}}""", ["rate_limit"] },
        { """{"url":"https://example.com/","event_types":["*"],"headers":{"host":"x"}}""", ["headers[host]"] },
        { """{"url":"https://example.com/","event_types":["*"],"secret":"short"}""", ["secret"] },
        {
            """{"url":"https://example.com/","event_types":["*"],"filter":{"data":{"orderId":{"$like":"x"}}}}""",
            ["filter/data/orderId/$like"]
        },
        { """{"url":"https://example.com/","event_types":["*"],"signing_schemes":["rot13"]}""", ["signing_schemes"] },
    };

    public static TheoryData<string, string> BadQueries { get; } = new()
    {
        { "/v1/endpoints?limit=0", "limit" },
        { "/v1/endpoints?limit=251", "limit" },
        { "/v1/endpoints?limit=ten", "limit" },
        { "/v1/endpoints?limit=5&limit=6", "limit" },
        { "/v1/endpoints?cursor=garbage", "cursor" },
        { "/v1/endpoints?status=Enabled", "status" },
        { "/v1/deliveries?status=0", "status" },
        { "/v1/deliveries?since=yesterday", "since" },
        { "/v1/deliveries?since=2026-01-01", "since" },
        { "/v1/deliveries?until=2026-01-01T00:00:00", "until" },
        { "/v1/deliveries?cursor=ZW5kcG9pbnRzOjE", "cursor" },
        { "/v1/messages?limit=-1", "limit" },
        { "/v1/messages?cursor=%00", "cursor" },
    };

    private ManagementHost Host => shared.Host;

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_body_that_cannot_be_read_is_a_problem_that_names_the_field(string body, string field, string rule)
    {
        var answer = (await Host.PostAsync("/v1/endpoints", body)).ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request");

        answer.Text.Should().NotContain("System.").And.NotContain("Webhooks.");
        if (rule.Length > 0)
        {
            answer.Fields.Should().Equal(field);
            ((string)answer.Json["errors"]![0]!["rule"]!).Should().Be(rule);
        }
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_a_problem_that_names_every_field_that_is_unknown_missing_or_there_twice() =>
        (await Host.PostAsync("/v1/endpoints", """{"uri":"https://example.com/","event_types":["*"],"rate_limit":{"per":1},"name":"a","name":"b"}"""))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request")
            .Fields.Should().Equal("uri", "rate_limit.per", "rate_limit.count", "name");

    [Fact]
    public async Task A_patch_that_names_a_field_twice_is_refused()
    {
        var path = $"/v1/endpoints/{await Host.CreateEndpointAsync()}";

        (await Host.SendAsync(HttpMethod.Patch, path, """{"name":"a","name":"b"}"""))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request").Fields.Should().Equal("name");
    }

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public async Task Broken_rules_are_a_problem_that_names_all_their_fields(string body, string[] fields) =>
        (await Host.PostAsync("/v1/endpoints", body)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation")
            .Fields.Should().Equal(fields);

    [Theory]
    [MemberData(nameof(BadQueries))]
    public async Task A_query_that_cannot_be_used_is_a_problem_that_names_the_parameter(string path, string field) =>
        (await Host.GetAsync(path)).ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request").Fields.Should().Equal(field);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_also_when_its_length_is_not_announced()
    {
        await using var host = await ManagementHost.StartAsync(options => options.MaxBodyBytes = 1024);
        var large = $$"""{"url":"https://example.com/","event_types":["*"],"description":"{{new string('x', 1024)}}"}""";

        var answer = await host.PostAsync("/v1/endpoints", large);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/endpoints")
        {
            Content = new StringContent(large, System.Text.Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        };
        chunked.Headers.Add(ManagementHost.TenantHeader, ManagementHost.Tenant);
        using var response = await host.Client.SendAsync(chunked);

        answer.ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await host.PostAsync("/v1/endpoints", Valid)).StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_refused() =>
        (await Host.SendAsync(HttpMethod.Post, "/v1/endpoints", Valid, mediaType: "text/plain"))
            .ShouldBeProblem(HttpStatusCode.UnsupportedMediaType, "media_type");

    [Fact]
    public async Task Unknown_fields_are_ignored_where_the_host_wants_it()
    {
        await using var host = await ManagementHost.StartAsync(options => options.AllowUnknownFields = true);

        (await host.PostAsync("/v1/endpoints", """{"url":"https://example.com/","event_types":["*"],"color":"red"}"""))
            .StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("W/\"1\"")]
    public async Task An_if_match_that_is_no_version_matches_none(string tag)
    {
        var path = $"/v1/endpoints/{await Host.CreateEndpointAsync()}";

        (await Host.SendAsync(HttpMethod.Put, path, Valid, headers: ("If-Match", tag)))
            .ShouldBeProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
    }

    [Fact]
    public async Task A_page_size_above_the_hosts_is_refused()
    {
        await using var host = await ManagementHost.StartAsync(options => (options.DefaultPageSize, options.MaxPageSize) = (5, 10));

        (await host.GetAsync("/v1/messages?limit=11")).ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request");
        (await host.GetAsync("/v1/messages?limit=10")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_id_that_cannot_be_one_is_of_nothing() =>
        (await Host.GetAsync("/v1/endpoints/what.is%20it")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

    public sealed class SharedHost : IAsyncLifetime
    {
        internal ManagementHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await ManagementHost.StartAsync();

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
