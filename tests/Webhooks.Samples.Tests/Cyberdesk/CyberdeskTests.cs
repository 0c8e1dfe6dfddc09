using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cyberdesk;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Samples.Common;
using Webhooks.Dispatching;
using Webhooks.Samples.Tests.Hosting;
using Webhooks.Signing;

namespace Webhooks.Samples.Tests.Cyberdesk;

/// <summary>Each is a sentence of the documents.</summary>
public sealed class CyberdeskTests : IAsyncLifetime
{
    private const string Organization = "org_1";
    private const string RunId = "0b9f6c1e-1111-4222-8333-444455556666";

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private SampleHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await SampleHost.StartAsync(CyberdeskApp.Build, UseKey);
        Authorize(Organization);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_endpoint_is_added_with_url_and_event_type_and_has_a_generated_whsec_secret()
    {
        var created = await _host.JsonAsync(
            HttpMethod.Post, "/v1/endpoints", """{"url":"https://app.example.com/webhooks/cyberdesk","event_types":["run_complete"]}""");

        created.GetProperty("url").GetString().Should().Be("https://app.example.com/webhooks/cyberdesk");
        created.GetProperty("event_types").EnumerateArray().Should().ContainSingle().Which.GetString().Should().Be("run_complete");
        created.GetProperty("status").GetString().Should().Be("enabled");
        WebhookSecret.Parse(created.GetProperty("secret").GetString()!).Reveal().Should().StartWith("whsec_");
    }

    [Fact]
    public async Task All_events_can_be_accepted()
    {
        await AddEndpointAsync("*");

        await FinishAsync();

        await _host.WhenReceivedAsync(1);
    }

    [Fact]
    public async Task Each_endpoint_has_its_own_secret()
    {
        var first = await AddEndpointAsync();
        var second = await AddEndpointAsync();

        first.Secret.Should().NotBe(second.Secret);
    }

    [Fact]
    public async Task Webhooks_are_https_only() =>
        (await _host.TryAsync(HttpMethod.Post, "/v1/endpoints", """{"url":"http://app.example.com/","event_types":["run_complete"]}"""))
            .StatusCode.Should().Be(422);

    [Fact]
    public async Task The_payload_has_event_id_event_type_occurred_at_and_the_full_run()
    {
        await AddEndpointAsync();

        await FinishAsync(
            more: """
            "input_values": {"patient_id": "p-1"},
            "output_data": {"summary": "done"},
            "output_attachment_ids": ["att-1"],
            "post_run_checks": [{"name": "files", "status": "failed", "error_message": "none", "messages": ["m"], "matched_filenames": ["a.pdf"]}],
            "release_session_after": true
            """);
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        request.Method.Should().Be("POST");
        var payload = JsonSerializer.Deserialize<JsonElement>(request.Text);
        Guid.TryParse(payload.GetProperty("event_id").GetString(), out _).Should().BeTrue();
        payload.GetProperty("occurred_at").GetString().Should().Be("2026-06-11T07:59:30Z");
        payload.GetProperty("run").GetProperty("post_run_checks").ValueKind.Should().Be(JsonValueKind.Array);
        Scrubbed.Match(SampleHost.Indent(request.Text));
    }

    [Theory]
    [InlineData("success")]
    [InlineData("error")]
    [InlineData("task_failed")]
    [InlineData("cancelled")]
    public async Task It_fires_when_a_run_reaches_a_terminal_state(string status)
    {
        await AddEndpointAsync();

        await FinishAsync(status);
        await _host.WhenReceivedAsync(1);

        _host.Receiver.Requests.Single().Text.Should().Contain($"\"status\":\"{status}\"");
    }

    [Fact]
    public async Task A_run_in_another_state_is_not_complete() =>
        (await _host.TryAsync(HttpMethod.Post, "/internal/runs", RunJson("running", attempt: 1, more: ""))).StatusCode.Should().Be(400);

    [Fact]
    public async Task Plaintext_secrets_are_never_in_the_payload_and_aliases_are()
    {
        await AddEndpointAsync();

        await FinishAsync(more: """ "sensitive_inputs": {"password": {"alias": "vault-7", "value": "hunter2"}} """);
        await _host.WhenReceivedAsync(1);

        var text = _host.Receiver.Requests.Single().Text;
        text.Should().NotContain("hunter2").And.Contain("\"sensitive_input_aliases\":{\"password\":\"vault-7\"}");
        (await _host.TryAsync(HttpMethod.Get, $"/v1/messages/{RunId}")).Body.Should().NotContain("hunter2");
    }

    [Fact]
    public async Task The_run_message_history_is_omitted()
    {
        await AddEndpointAsync();

        await FinishAsync(more: """ "run_message_history": [{"role": "user", "content": "a long story"}] """);
        await _host.WhenReceivedAsync(1);

        _host.Receiver.Requests.Single().Text.Should().NotContain("run_message_history").And.NotContain("a long story");
    }

    [Fact]
    public async Task An_endpoint_can_have_fields_removed_extracted_and_put_in_another_form()
    {
        await _host.JsonAsync(
            HttpMethod.Post,
            "/v1/endpoints",
            """
            {
              "url": "https://app.example.com/webhooks/cyberdesk", "event_types": ["run_complete"],
              "projection": {
                "include": ["/event_type", "/run"], "exclude": ["/run/run_message_history", "/run/output_data", "/run/input_values"],
                "rename": {"/event_type": "kind", "/run/workflow_id": "workflow"}
              }
            }
            """);

        await FinishAsync();
        await _host.WhenReceivedAsync(1);

        var sent = JsonDocument.Parse(_host.Receiver.Requests.Single().Text).RootElement;
        sent.EnumerateObject().Select(member => member.Name).Should().Equal("kind", "run");
        var run = sent.GetProperty("run");
        run.GetProperty("workflow").GetString().Should().Be("wf-1");
        run.EnumerateObject().Select(member => member.Name)
            .Should().NotContain(["workflow_id", "run_message_history", "output_data", "input_values"]).And.Contain("status");
    }

    [Fact]
    public async Task Signatures_are_verified_by_the_svix_headers_over_the_raw_body()
    {
        var (_, secret) = await AddEndpointAsync();
        await FinishAsync();
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        request.Headers["svix-id"].Should().Be(RunId);
        request.Headers["svix-timestamp"].Should().Be($"{SampleHost.Start.ToUnixTimeSeconds()}");
        var signed = Encoding.UTF8.GetBytes($"{request.Headers["svix-id"]}.{request.Headers["svix-timestamp"]}.{request.Text}");
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        request.Headers["svix-signature"].Should().Be($"v1,{Convert.ToBase64String(signature)}");
        var verifier = new WebhookVerifier(SigningScheme.Svix, [WebhookSecret.Parse(secret)], timeProvider: _host.Clock);
        verifier.Verify(request.Header, request.Body).IsValid.Should().BeTrue();
        verifier.Verify(request.Header, [.. request.Body, (byte)' ']).IsValid.Should().BeFalse();
    }

    [Fact]
    public async Task Failed_deliveries_are_retried_eight_times_on_the_documented_schedule_with_the_same_ids()
    {
        _host.Receiver.Answer = 500;
        await AddEndpointAsync();
        await FinishAsync();

        (await _host.WalkScheduleAsync(Organization)).Should().Equal(
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(10));
        _host.Receiver.Requests.Should().HaveCount(8);
        _host.Receiver.Requests.Select(request => request.Headers["svix-id"]).Distinct().Should().ContainSingle("it is for idempotency");
        _host.Receiver.Requests.Select(request => request.Text).Distinct().Should().ContainSingle("so is event_id");
    }

    [Fact]
    public async Task A_webhook_is_found_by_the_run_id()
    {
        await AddEndpointAsync();
        await FinishAsync();

        (await _host.JsonAsync(HttpMethod.Get, $"/v1/messages/{RunId}")).GetProperty("id").GetString().Should().Be(RunId);
    }

    [Fact]
    public async Task A_retried_run_has_a_timestamped_message_id_and_the_first_webhook_just_the_run_id()
    {
        await AddEndpointAsync();

        await FinishAsync("error");
        await FinishAsync("error");
        await FinishAsync("success", attempt: 2);
        await _host.WhenReceivedAsync(2);

        var time = SampleHost.Start.AddSeconds(-30).ToUnixTimeMilliseconds();
        _host.Receiver.Requests.Select(request => request.Headers["svix-id"]).Should().BeEquivalentTo(RunId, $"{RunId}_{time}");
        _host.Receiver.Requests
            .Select(request => JsonSerializer.Deserialize<JsonElement>(request.Text).GetProperty("event_id").GetString())
            .Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_event_catalog_has_the_event_types_with_their_schemas()
    {
        var (statusCode, catalog) = await _host.TryAsync(HttpMethod.Get, "/v1/event-types");

        statusCode.Should().Be(200);
        catalog.Should().ContainAll("run_complete", "occurred_at", "sensitive_input_aliases", "post_run_checks");
    }

    [Fact]
    public async Task Example_events_are_sent_to_an_endpoint()
    {
        var (id, secret) = await AddEndpointAsync();

        await _host.JsonAsync(HttpMethod.Post, $"/v1/endpoints/{id}/test", """{"event_type":"run_complete"}""");

        var request = _host.Receiver.Requests.Single();
        request.Text.Should().Contain("\"event_type\":\"run_complete\"");
        new WebhookVerifier(SigningScheme.Svix, [WebhookSecret.Parse(secret)], timeProvider: _host.Clock).Verify(request.Header, request.Body)
            .IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Example_events_are_in_the_logs_with_payload_response_and_attempt_and_can_be_replayed()
    {
        _host.Receiver.Answer = 503;
        var (id, _) = await AddEndpointAsync();
        await _host.JsonAsync(HttpMethod.Post, $"/v1/endpoints/{id}/test", """{"event_type":"run_complete"}""");

        var delivery = (await _host.JsonAsync(HttpMethod.Get, $"/v1/endpoints/{id}/deliveries")).GetProperty("data").EnumerateArray().Single();
        var message = await _host.JsonAsync(HttpMethod.Get, $"/v1/messages/{delivery.GetProperty("message_id").GetString()}");
        var attempts = await _host.JsonAsync(HttpMethod.Get, $"/v1/deliveries/{delivery.GetProperty("id").GetString()}/attempts");
        delivery.GetProperty("status").GetString().Should().Be("failed");
        (message.GetProperty("tested_endpoint_id").GetString(), message.GetProperty("payload").GetProperty("event_type").GetString())
            .Should().Be((id, "run_complete"));
        attempts.GetProperty("data").EnumerateArray().Single().GetProperty("status_code").GetInt32().Should().Be(503);

        _host.Receiver.Answer = 200;
        await _host.JsonAsync(HttpMethod.Post, $"/v1/deliveries/{delivery.GetProperty("id").GetString()}/resend");
        await _host.DeliveryAsync(Organization, sent => sent.Status == DeliveryStatus.Succeeded);
    }

    [Fact]
    public async Task Payloads_responses_and_attempts_are_inspected_in_the_logs()
    {
        _host.Receiver.Answer = 503;
        var (id, _) = await AddEndpointAsync();
        await FinishAsync();
        await _host.DeliveryAsync(Organization, delivery => delivery.AttemptCount == 1);

        (await _host.JsonAsync(HttpMethod.Get, $"/v1/messages/{RunId}")).GetRawText().Should().Contain("run_complete");
        var delivery = (await _host.JsonAsync(HttpMethod.Get, $"/v1/endpoints/{id}/deliveries")).GetProperty("data").EnumerateArray().Single();
        var attempts = await _host.JsonAsync(HttpMethod.Get, $"/v1/deliveries/{delivery.GetProperty("id").GetString()}/attempts");
        attempts.GetProperty("data").EnumerateArray().Single().GetProperty("status_code").GetInt32().Should().Be(503);
    }

    [Fact]
    public async Task Messages_are_replayed_individually()
    {
        await AddEndpointAsync();
        await FinishAsync();
        var delivery = await _host.DeliveryAsync(Organization, delivery => delivery.Status == DeliveryStatus.Succeeded);

        await _host.JsonAsync(HttpMethod.Post, $"/v1/deliveries/{delivery.Id}/resend");
        await _host.WhenReceivedAsync(2);

        _host.Receiver.Requests.Select(request => request.Headers["svix-id"]).Should().Equal(RunId, RunId);
    }

    [Fact]
    public async Task All_failed_messages_since_a_timestamp_are_recovered()
    {
        _host.Receiver.Answer = 500;
        var (id, _) = await AddEndpointAsync();
        await FinishAsync();
        await _host.WalkScheduleAsync(Organization);
        var before = _host.Clock.GetUtcNow();
        await FinishAsync("error", attempt: 2);
        await _host.DeliveryAsync(Organization, delivery => delivery.MessageId != RunId && delivery.AttemptCount == 1);
        await _host.WalkScheduleAsync(Organization, delivery => delivery.MessageId != RunId);
        _host.Receiver.Answer = 200;

        await _host.JsonAsync(HttpMethod.Post, $"/v1/endpoints/{id}/recover", $$"""{"since":"{{before:O}}"}""");
        await SampleHost.WhenAsync(() =>
        {
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(_host.Receiver.Requests.Count > 16);
        });

        _host.Receiver.Requests.Should().HaveCount(17);
        _host.Receiver.Requests[^1].Headers["svix-id"].Should().StartWith(RunId + "_");
    }

    [Fact]
    public async Task Disabled_endpoints_get_nothing_until_they_are_enabled_again()
    {
        var (id, _) = await AddEndpointAsync();
        await _host.JsonAsync(HttpMethod.Post, $"/v1/endpoints/{id}/disable");
        await FinishAsync();
        await _host.JsonAsync(HttpMethod.Post, $"/v1/endpoints/{id}/enable");

        await FinishAsync(attempt: 2);
        await _host.WhenReceivedAsync(1);

        _host.Receiver.Requests.Should().ContainSingle().Which.Headers["svix-id"].Should().StartWith(RunId + "_");
    }

    [Fact]
    public async Task Secrets_are_rotated_when_needed()
    {
        var (id, old) = await AddEndpointAsync();
        var secret = (await _host.JsonAsync(HttpMethod.Post, $"/v1/endpoints/{id}/secret/rotate")).GetProperty("secret").GetString()!;
        await FinishAsync();
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        foreach (var live in new[] { old, secret })
        {
            new WebhookVerifier(SigningScheme.Svix, [WebhookSecret.Parse(live)], timeProvider: _host.Clock)
                .Verify(request.Header, request.Body).IsValid.Should().BeTrue();
        }
    }

    [Fact]
    public async Task Organizations_have_their_own_endpoints_and_events()
    {
        var (id, _) = await AddEndpointAsync();

        Authorize("org_2");
        (await _host.TryAsync(HttpMethod.Get, $"/v1/endpoints/{id}")).StatusCode.Should().Be(404);
        await FinishAsync();
        (await _host.JsonAsync(HttpMethod.Get, $"/v1/messages/{RunId}")).GetProperty("id").GetString().Should().Be(RunId);
        _host.Receiver.Requests.Should().BeEmpty();
        _host.Client.DefaultRequestHeaders.Authorization = null;
        (await _host.TryAsync(HttpMethod.Get, "/v1/endpoints")).StatusCode.Should().Be(401);
    }

    private static void UseKey(WebApplicationBuilder builder) =>
        builder.Services.Configure<JwtOptions>(JwtHandler.SchemeName, options => options.Key = Key);

    private static string RunJson(string status, int attempt, string more) => $$"""
        {
          "id": "{{RunId}}", "attempt": {{attempt}}, "workflow_id": "wf-1", "status": "{{status}}",
          "created_at": "2026-06-11T07:58:00Z", "completed_at": "2026-06-11T07:59:30Z"{{(more.Length > 0 ? ", " + more : "")}}
        }
        """;

    private Task<JsonElement> FinishAsync(string status = "success", int attempt = 1, string more = "") =>
        _host.JsonAsync(HttpMethod.Post, "/internal/runs", RunJson(status, attempt, more));

    private async Task<(string Id, string Secret)> AddEndpointAsync(string eventType = "run_complete")
    {
        var created = await _host.JsonAsync(
            HttpMethod.Post, "/v1/endpoints", $$"""{"url":"https://app.example.com/webhooks/cyberdesk","event_types":["{{eventType}}"]}""");
        return (created.GetProperty("id").GetString()!, created.GetProperty("secret").GetString()!);
    }

    private void Authorize(string organization)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = "user_1",
            [CyberdeskApp.OrganizationClaim] = organization,
            ["exp"] = SampleHost.Start.AddDays(30).ToUnixTimeSeconds(),
        };
        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Jwt.Create(Key, claims));
    }
}
