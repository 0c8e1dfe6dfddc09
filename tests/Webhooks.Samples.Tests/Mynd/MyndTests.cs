using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mynd;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.Samples.Tests.Hosting;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Samples.Tests.Mynd;

/// <summary>Each is a sentence of the document.</summary>
public sealed class MyndTests : IAsyncLifetime
{
    /// <summary>The request of the document.</summary>
    private const string Documented = """
        {
        "url": "https://api.example.com/hooks/mynd",
        "events": ["run.completed", "run.awaiting_approval"],
        "description": "prod event consumer"
        }
        """;

    private const string ForAll = """{"url":"https://api.example.com/hooks/mynd","events":["*"]}""";

    private SampleHost _host = null!;

    public async Task InitializeAsync() => _host = await SampleHost.StartAsync(MyndApp.Build);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_documented_call_has_the_documented_answer() =>
        Scrubbed.Match(await _host.CallAsync(HttpMethod.Post, "/v1/webhooks", Documented));

    [Fact]
    public async Task The_signing_secret_is_returned_once_on_this_response_only()
    {
        var created = await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll);
        var secret = created.GetProperty("secret").GetString()!;
        secret.Should().StartWith("whsec_");
        await PublishAsync("run.completed");

        var id = created.GetProperty("id").GetString();
        (await _host.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries")).Should().NotContain(secret);
        (await _host.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}")).Should().NotContain(secret);
        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}")).StatusCode.Should().Be(405, "no call reads a webhook");
    }

    [Fact]
    public async Task Endpoints_are_https()
    {
        var (statusCode, problem) = await _host.TryAsync(
            HttpMethod.Post, "/v1/webhooks", """{"url":"http://api.example.com/hooks","events":["*"]}""");

        statusCode.Should().Be(400);
        problem.Should().Contain("\"url\"").And.Contain("is not https");
    }

    [Theory]
    [InlineData("""{"events":["*"]}""", "url")]
    [InlineData("""{"url":"https://api.example.com/hooks"}""", "events")]
    [InlineData("""{"url":"https://api.example.com/hooks","events":[]}""", "events")]
    [InlineData("""{"url":"https://api.example.com/hooks","events":["run.started"]}""", "events")]
    [InlineData("""{"url":"https://api.example.com/hooks","events":["run.*"]}""", "events")]
    public async Task Url_and_events_are_required_and_events_are_of_the_catalog(string body, string field)
    {
        var (statusCode, problem) = await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", body);

        statusCode.Should().Be(400);
        JsonSerializer.Deserialize<JsonElement>(problem).GetProperty("errors").EnumerateObject().Should().ContainSingle()
            .Which.Name.Should().StartWith(field);
    }

    [Fact]
    public async Task An_endpoint_gets_the_events_that_it_subscribes_to()
    {
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented);

        await PublishAsync("run.failed");
        await PublishAsync("run.awaiting_approval");
        await SucceededAsync("run.awaiting_approval");

        var request = _host.Receiver.Requests.Should().ContainSingle().Which;
        request.Url.Should().Be("https://api.example.com/hooks/mynd");
        Scrubbed.Match(SampleHost.Indent(request.Text));
    }

    [Fact]
    public async Task A_star_subscribes_to_all()
    {
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll);

        foreach (var name in new[] { "run.completed", "run.failed", "run.awaiting_approval" })
        {
            await PublishAsync(name);
            await SucceededAsync(name);
        }

        _host.Receiver.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task Payloads_are_signed_by_hmac_sha256_in_Mynd_Signature()
    {
        var secret = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll)).GetProperty("secret").GetString()!;
        await PublishAsync("run.completed");
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        var time = SampleHost.Start.ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{request.Text}"));
        request.Headers["Mynd-Signature"].Should().Be($"t={time},v1={Convert.ToHexStringLower(signature)}");
        var scheme = SigningScheme.Stripe with { SignatureHeader = "Mynd-Signature" };
        new WebhookVerifier(scheme, [WebhookSecret.Parse(secret)], timeProvider: _host.Clock).Verify(request.Header, request.Body)
            .IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Deliveries_retry_with_backoff_for_24_hours()
    {
        _host.Receiver.Answer = 500;
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll);
        await PublishAsync("run.completed");

        var waits = await _host.WalkScheduleAsync(WebhooksDefaults.TenantId);

        waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait).Should().Be(TimeSpan.FromHours(24));
        waits.Should().BeInAscendingOrder("it is a backoff").And.HaveCount(7);
        _host.Receiver.Requests.Should().HaveCount(8);
        _host.Receiver.Requests.Select(request => request.Text).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task It_must_return_2xx_within_10_seconds()
    {
        _host.Receiver.Answer = null;
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll);
        await PublishAsync("run.completed");
        await _host.WhenReceivedAsync(1);

        _host.Clock.Advance(TimeSpan.FromMilliseconds(9_999));
        (await DeliveryAsync()).AttemptCount.Should().Be(0);
        _host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var delivery = await _host.DeliveryAsync(WebhooksDefaults.TenantId, delivery => delivery.AttemptCount == 1);
        delivery.LastError.Should().Be(AttemptError.Timeout);
        delivery.NextAttemptAt.Should().NotBeNull("it is tried again");
    }

    [Theory]
    [InlineData(200, DeliveryStatus.Succeeded)]
    [InlineData(299, DeliveryStatus.Succeeded)]
    [InlineData(301, DeliveryStatus.Pending)]
    [InlineData(400, DeliveryStatus.Pending)]
    public async Task Only_2xx_is_success(int answer, DeliveryStatus status)
    {
        _host.Receiver.Answer = answer;
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll);
        await PublishAsync("run.completed");

        (await _host.DeliveryAsync(WebhooksDefaults.TenantId, delivery => delivery.AttemptCount == 1)).Status.Should().Be(status);
    }

    [Fact]
    public async Task Deliveries_are_inspectable_with_status_codes_latency_and_retry_schedule()
    {
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll)).GetProperty("id").GetString();
        _host.Receiver.Answer = 500;
        await PublishAsync("run.failed");
        await _host.DeliveryAsync(WebhooksDefaults.TenantId, delivery => delivery.AttemptCount == 1);
        _host.Receiver.Answer = 200;
        await PublishAsync("run.completed");
        await SucceededAsync("run.completed");

        Scrubbed.Match(await _host.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries"));
    }

    [Fact]
    public async Task A_delivery_has_no_next_retry_at_while_it_is_retried()
    {
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll)).GetProperty("id").GetString();
        _host.Receiver.Answer = 500;
        await PublishAsync("run.failed");
        var failed = await _host.DeliveryAsync(WebhooksDefaults.TenantId, delivery => delivery.AttemptCount == 1);
        (await _host.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries")).Should().Contain("next_retry_at");

        _host.Receiver.Answer = null;
        _host.Clock.SetUtcNow(failed.NextAttemptAt!.Value);
        await _host.WhenReceivedAsync(2);

        (await _host.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries")).Should().Contain("response_status").And.NotContain("next_retry_at");
    }

    [Theory]
    [InlineData("succeeded", "run.completed")]
    [InlineData("failed", "run.failed")]
    [InlineData("pending", "run.awaiting_approval")]
    public async Task Deliveries_are_filtered_by_status(string status, string expected)
    {
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll)).GetProperty("id").GetString();
        _host.Receiver.Answer = 500;
        await PublishAsync("run.failed");
        await _host.WalkScheduleAsync(WebhooksDefaults.TenantId);
        await PublishAsync("run.awaiting_approval");
        await _host.DeliveryAsync(WebhooksDefaults.TenantId, delivery => delivery is { EventType: "run.awaiting_approval", AttemptCount: 1 });
        _host.Receiver.Answer = 200;
        await PublishAsync("run.completed");
        await SucceededAsync("run.completed");

        var list = await _host.JsonAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries?status={status}");

        list.GetProperty("data").EnumerateArray().Should().ContainSingle()
            .Which.GetProperty("event").GetString().Should().Be(expected);
    }

    [Fact]
    public async Task A_status_that_is_none_of_the_three_is_refused()
    {
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll)).GetProperty("id").GetString();

        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries?status=done")).StatusCode.Should().Be(400);
    }

    [Fact]
    public async Task The_documented_deletion_has_the_documented_answer()
    {
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented)).GetProperty("id").GetString();

        Scrubbed.Match(await _host.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}"));
        (await _host.TryAsync(HttpMethod.Delete, $"/v1/webhooks/{id}")).StatusCode.Should().Be(404);
        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}/deliveries")).StatusCode.Should().Be(404);
    }

    [Fact]
    public async Task Deleting_an_endpoint_cancels_its_pending_retries()
    {
        _host.Receiver.Answer = 500;
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", ForAll)).GetProperty("id").GetString();
        await PublishAsync("run.completed");
        await _host.DeliveryAsync(WebhooksDefaults.TenantId, delivery => delivery.AttemptCount == 1);

        await _host.JsonAsync(HttpMethod.Delete, $"/v1/webhooks/{id}");

        (await DeliveryAsync()).CancelReason.Should().Be(CancelReason.EndpointDeleted);
        _host.Clock.Advance(TimeSpan.FromHours(25));
        _host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task The_description_is_kept()
    {
        var id = (await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented)).GetProperty("id").GetString()!;

        var endpoint = await _host.Services.GetRequiredService<IWebhookEndpoints>().GetAsync(id);
        endpoint!.Settings.Description.Should().Be("prod event consumer");
    }

    [Fact]
    public async Task The_event_catalog_lives_at_docs_webhooks()
    {
        var (statusCode, page) = await _host.TryAsync(HttpMethod.Get, "/docs/webhooks");

        statusCode.Should().Be(200);
        page.Should().ContainAll("run.completed", "run.failed", "run.awaiting_approval");
    }

    private Task<JsonElement> PublishAsync(string name) =>
        _host.JsonAsync(HttpMethod.Post, $"/internal/events/{name}", """{"run_id":"run_1"}""");

    private Task<WebhookDelivery> SucceededAsync(string name) => _host.DeliveryAsync(
        WebhooksDefaults.TenantId, delivery => delivery.EventType == name && delivery.Status == DeliveryStatus.Succeeded);

    private async Task<WebhookDelivery> DeliveryAsync() =>
        (await _host.Services.GetRequiredService<IWebhookLog>().ListDeliveriesAsync(new DeliveryQuery())).Items.Single();
}
