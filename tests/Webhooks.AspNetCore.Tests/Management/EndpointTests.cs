using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Management;
using Webhooks.Endpoints;
using Webhooks.TestKit;
using Webhooks.Transformations;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class EndpointTests
{
    private const string Everything =
        """
        {
          "url": "https://example.com/hooks", "event_types": ["order.*"], "filter": {"data": {"total": {"$gte": 100}}}, "channels": ["eu"],
          "projection": {"include": [], "exclude": ["/data/card"], "rename": {"/data/total": "sum"}}, "name": "Production", "description": "Ours.",
          "headers": {"X-Env": "prod"}, "signing_schemes": ["v1"], "event_version": null, "retry_schedule": [5, 0.5, 3600],
          "is_ordered": true, "max_concurrency": 1, "rate_limit": {"count": 5, "period_seconds": 60}, "trusted_certificates": null,
          "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
        }
        """;

    [Fact]
    public async Task An_endpoint_is_created_with_every_setting_and_read_back_without_its_secret()
    {
        await using var host = await ManagementHost.StartAsync();

        var created = await host.PostAsync("/v1/endpoints", Everything);
        var read = await host.GetAsync((created.Headers.Location!).ToString());

        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created["secret"].Should().Be("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        read.StatusCode.Should().Be(HttpStatusCode.OK);
        read.ETag.Should().Be(created.ETag).And.Be($"\"{read.Json["version"]}\"");
        read.Text.Should().NotContain("whsec_");
        Snapshot.Match(read.Json.ToString().Replace(read.Json["version"]!.ToString(), "VERSION"));
        var stored = await host.Service<IWebhookEndpoints>().GetAsync(created["id"], ManagementHost.Tenant);
        stored!.Settings.RetrySchedule!.Delays.Should().Equal(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(0.5), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Endpoints_are_listed_by_pages_and_status()
    {
        await using var host = await ManagementHost.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, await host.CreateEndpointAsync());
        }

        await host.PostAsync($"/v1/endpoints/{ids[1]}/disable", """{"reason":"moved"}""");

        var first = await host.GetAsync("/v1/endpoints?limit=2");
        var second = await host.GetAsync($"/v1/endpoints?limit=2&cursor={first["next_cursor"]}");
        var disabled = await host.GetAsync("/v1/endpoints?status=disabled");

        Ids(first).Concat(Ids(second)).Should().Equal(ids);
        second.Json["next_cursor"].Should().BeNull();
        Ids(disabled).Should().Equal(ids[1]);
        ((string)disabled.Json["data"]![0]!["disabled_reason"]!).Should().Be("moved");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task The_applications_transformation_stays_whatever_the_owner_changes(string method)
    {
        await using var host = await ManagementHost.StartAsync(webhooks: webhooks => webhooks
            .AddTransformation("redact", (_, _) => ValueTask.FromResult(TransformationResult.Unchanged)));
        var id = await host.CreateEndpointAsync();
        var endpoints = host.Service<IWebhookEndpoints>();
        var endpoint = await endpoints.GetAsync(id, ManagementHost.Tenant);
        await endpoints.UpdateAsync(id, endpoint!.Settings with { Transformation = "redact" }, ManagementHost.Tenant);

        var changed = await host.SendAsync(new HttpMethod(method), $"/v1/endpoints/{id}", """{"url":"https://example.com/2","event_types":["*"]}""");
        var refused = await host.SendAsync(new HttpMethod(method), $"/v1/endpoints/{id}", """{"url":"https://example.com/2","event_types":["*"],"transformation":"other"}""");

        changed["transformation"].Should().Be("redact");
        changed["url"].Should().Be("https://example.com/2");
        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await endpoints.GetAsync(id, ManagementHost.Tenant))!.Settings.Transformation.Should().Be("redact");
    }

    [Fact]
    public async Task A_put_replaces_all_settings_of_the_version_that_it_names()
    {
        await using var host = await ManagementHost.StartAsync();
        var created = await host.PostAsync("/v1/endpoints", Everything);
        var path = $"/v1/endpoints/{created["id"]}";

        var replaced = await host.SendAsync(HttpMethod.Put, path, """{"url":"https://example.com/2","event_types":["*"]}""", headers: ("If-Match", created.ETag!));
        var late = await host.SendAsync(HttpMethod.Put, path, """{"url":"https://example.com/3","event_types":["*"]}""", headers: ("If-Match", created.ETag!));
        var whatever = await host.SendAsync(HttpMethod.Put, path, """{"url":"https://example.com/4","event_types":["*"]}""", headers: ("If-Match", "*"));

        replaced.StatusCode.Should().Be(HttpStatusCode.OK, replaced.Text);
        replaced.ETag.Should().NotBe(created.ETag);
        replaced.Json["name"].Should().BeNull();
        replaced.Json["headers"]!.AsObject().Should().BeEmpty();
        late.ShouldBeProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
        whatever["url"].Should().Be("https://example.com/4");
        (await host.GetAsync(path))["url"].Should().Be("https://example.com/4");
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_stands_for_the_default()
    {
        await using var host = await ManagementHost.StartAsync();
        var created = await host.PostAsync("/v1/endpoints", Everything);
        var path = $"/v1/endpoints/{created["id"]}";

        var patched = await host.SendAsync(
            HttpMethod.Patch,
            path,
            """{"name":null,"is_ordered":null,"headers":{"X-Env":null,"X-New":"1"},"rate_limit":{"count":7}}""",
            mediaType: "application/merge-patch+json",
            headers: ("If-Match", created.ETag!));
        var late = await host.SendAsync(HttpMethod.Patch, path, """{"name":"late"}""", headers: ("If-Match", created.ETag!));

        patched.StatusCode.Should().Be(HttpStatusCode.OK, patched.Text);
        patched.Json["name"].Should().BeNull();
        ((bool)patched.Json["is_ordered"]!).Should().BeFalse();
        patched.Json["headers"]!.ToJsonString().Should().Be("""{"X-New":"1"}""");
        patched.Json["rate_limit"]!.ToJsonString().Should().Be("""{"count":7,"period_seconds":60}""");
        patched["description"].Should().Be("Ours.");
        patched.Json["retry_schedule"]!.ToJsonString().Should().Be("[5,0.5,3600]");
        late.ShouldBeProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
    }

    [Fact]
    public async Task Patches_at_the_same_time_lose_nothing()
    {
        await using var host = await ManagementHost.StartAsync();
        var path = $"/v1/endpoints/{await host.CreateEndpointAsync()}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            host.SendAsync(HttpMethod.Patch, path, $$$"""{"headers":{"X-{{{i}}}":"{{{i}}}"}}""")));

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK);
        (await host.GetAsync(path)).Json["headers"]!.AsObject().Should().HaveCount(4);
    }

    [Fact]
    public async Task An_endpoint_is_disabled_enabled_and_deleted()
    {
        await using var host = await ManagementHost.StartAsync();
        var path = $"/v1/endpoints/{await host.CreateEndpointAsync()}";

        (await host.PostAsync(path + "/disable"))["status"].Should().Be("disabled");
        (await host.PostAsync(path + "/enable", """{"pending":"drop"}"""))["status"].Should().Be("enabled");
        var deleted = await host.SendAsync(HttpMethod.Delete, path);

        (deleted.StatusCode, deleted.Text).Should().Be((HttpStatusCode.NoContent, ""));
        (await host.GetAsync(path)).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await host.SendAsync(HttpMethod.Delete, path)).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_secret_appears_where_it_is_made_and_elsewhere_only_if_the_host_wants_it()
    {
        await using var host = await ManagementHost.StartAsync();
        await using var closed = await ManagementHost.StartAsync(map: ManagementHost.Map(WebhookApiParts.Default));
        var created = await host.PostAsync("/v1/endpoints", Everything);
        var path = $"/v1/endpoints/{created["id"]}";

        var rotated = await host.PostAsync(path + "/secret/rotate", """{"grace_period_seconds":60}""");
        var read = await host.GetAsync(path + "/secret");

        rotated["secret"].Should().StartWith("whsec_").And.NotBe(created["secret"]);
        read.Json["data"]!.AsArray().Select(secret => (string)secret!["secret"]!).Should().Equal(rotated["secret"], created["secret"]);
        (await host.GetAsync(path)).Text.Should().NotContain("whsec_");
        (await host.GetAsync("/v1/endpoints")).Text.Should().NotContain("whsec_");
        (await closed.GetAsync($"/v1/endpoints/{await closed.CreateEndpointAsync()}/secret")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Names_are_camel_case_where_the_host_wants_it()
    {
        await using var host = await ManagementHost.StartAsync(options => options.Naming = WebhookApiNaming.CamelCase);

        var created = await host.PostAsync(
            "/v1/endpoints", """{"url":"https://example.com/","eventTypes":["*"],"rateLimit":{"count":1,"periodSeconds":2}}""");
        var wrong = await host.PostAsync("/v1/endpoints", """{"url":"https://example.com/","eventTypes":["*"],"maxConcurrency":0}""");

        created.StatusCode.Should().Be(HttpStatusCode.Created, created.Text);
        created.Json["eventTypes"]!.AsArray().Should().HaveCount(1);
        created.Json.AsObject().Select(member => member.Key).Should().NotContain(name => name.Contains('_'));
        wrong.Fields.Should().Equal("maxConcurrency");
    }

    private static IEnumerable<string> Ids(Answer page) => page.Json["data"]!.AsArray().Select(row => (string)row!["id"]!);
}
