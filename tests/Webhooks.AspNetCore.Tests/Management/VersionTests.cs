using System.Net;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class VersionTests
{
    public static TheoryData<string, string, string?> Changes { get; } = new()
    {
        { "PUT", "", """{"url":"https://example.com/2","event_types":["*"]}""" },
        { "PATCH", "", """{"name":"new"}""" },
        { "DELETE", "", null },
        { "POST", "/disable", null },
        { "POST", "/enable", """{"pending":"drop"}""" },
        { "POST", "/secret/rotate", null },
        { "PUT", "/credentials", """{"bearer_token":"token"}""" },
        { "DELETE", "/credentials", null },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Every_change_of_an_endpoint_is_made_to_the_version_that_if_match_names_or_not_at_all(string method, string path, string? body)
    {
        await using var host = await ManagementHost.StartAsync();
        var endpoint = $"/v1/endpoints/{await host.CreateEndpointAsync()}";
        var first = (await host.GetAsync(endpoint)).ETag!;
        var current = await host.PostAsync(endpoint + "/disable");

        var late = await host.SendAsync(new HttpMethod(method), endpoint + path, body, headers: ("If-Match", first));
        var between = await host.GetAsync(endpoint);
        var made = await host.SendAsync(new HttpMethod(method), endpoint + path, body, headers: ("If-Match", current.ETag!));

        late.ShouldBeProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
        between.Text.Should().Be(current.Text);
        ((int)made.StatusCode).Should().BeInRange(200, 299, made.Text);
    }
}
