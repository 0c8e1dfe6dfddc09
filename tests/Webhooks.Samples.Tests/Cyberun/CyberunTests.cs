using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cyberun;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Samples.Common;
using Webhooks.Dispatching;
using Webhooks.Samples.Tests.Hosting;
using Webhooks.Signing;

namespace Webhooks.Samples.Tests.Cyberun;

/// <summary>Each is a sentence of the document.</summary>
public sealed class CyberunTests : IAsyncLifetime
{
    private const string Team = "019abc12-4567-7890-abcd-ef1234567891";
    private const string OtherTeam = "019abc12-4567-7890-abcd-ef1234567892";

    /// <summary>The examples of the document, as a body.</summary>
    private const string Documented = """
        {
          "name": "Task Completion Notifier",
          "url": "https://my-app.example.com/webhooks/cyberun",
          "event_types": ["task.completed", "task.failed"]
        }
        """;

    private const string CompletedTask = """
        {
          "task_id": "019c65a0-0000-7000-8000-000000000001",
          "outcome": "completed",
          "output": {"storage_key": "tasks/1/output.png", "image_count": 1}
        }
        """;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private SampleHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await SampleHost.StartAsync(
            (args, configure) => CyberunApp.Build([.. args, $"--Credentials:sk-key={Team}", $"--Credentials:dk-key={OtherTeam}"], configure),
            UseKey);
        Authorize(Token(Team, OtherTeam), Team);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Creating_a_webhook_returns_its_id_and_a_signing_secret() =>
        Scrubbed.Match(await _host.CallAsync(HttpMethod.Post, "/v1/webhooks", Documented));

    [Fact]
    public async Task The_secret_is_returned_in_the_webhook_detail_response()
    {
        var created = await CreateAsync();
        var answer = await _host.CallAsync(HttpMethod.Get, $"/v1/webhooks/{created.Id}");

        answer.Should().Contain(created.Secret);
        Scrubbed.Match(answer);
    }

    [Fact]
    public async Task It_is_delivered_by_post_with_exactly_the_documented_fields()
    {
        await CreateAsync();

        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", CompletedTask);
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        request.Method.Should().Be("POST");
        request.Url.Should().Be("https://my-app.example.com/webhooks/cyberun");
        request.Headers["Content-Type"].Should().StartWith("application/json");
        request.Text.Should().Contain("\"timestamp\":\"2026-06-11T08:00:00Z\"");
        Scrubbed.Match(SampleHost.Indent(request.Text));
    }

    [Fact]
    public async Task It_is_verified_by_computing_hmac_sha256_of_secret_and_raw_body()
    {
        var (_, secret) = await CreateAsync();
        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", CompletedTask);
        await _host.WhenReceivedAsync(1);

        var request = _host.Receiver.Requests.Single();
        var hmac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body);
        request.Headers["X-Webhook-Signature-256"].Should().Be($"sha256={Convert.ToHexStringLower(hmac)}");
        var scheme = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" };
        new WebhookVerifier(scheme, [WebhookSecret.FromText(secret)]).Verify(request.Header, request.Body).IsValid.Should().BeTrue();
    }

    [Theory]
    [InlineData("failed", "\"out of memory\"", "out of memory")]
    [InlineData("timed_out", "null", "timeout")]
    [InlineData("agent_disconnected", "null", "agent disconnected")]
    public async Task Task_failed_is_fired_when_a_task_fails_including_timeout_and_agent_disconnect(string outcome, string error, string expected)
    {
        await CreateAsync();

        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", $$"""{"task_id":"t1","outcome":"{{outcome}}","error":{{error}}}""");
        await _host.WhenReceivedAsync(1);

        _host.Receiver.Requests.Single().Text.Should().Be(
            $$"""{"event_type":"task.failed","task_id":"t1","task_status":"failed","task_output":null,"task_error":"{{expected}}","timestamp":"2026-06-11T08:00:00Z"}""");
    }

    [Fact]
    public async Task A_webhook_gets_the_event_types_that_it_subscribes_to()
    {
        await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented.Replace("\"task.completed\", ", "", StringComparison.Ordinal));

        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", CompletedTask);
        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", """{"task_id":"t2","outcome":"failed"}""");
        await _host.DeliveryAsync(Team, delivery => delivery.Status == DeliveryStatus.Succeeded);

        _host.Receiver.Requests.Should().ContainSingle().Which.Text.Should().Contain("task.failed");
    }

    [Fact]
    public async Task Failed_deliveries_are_retried_4_times_immediately_after_5_s_30_s_and_2_min()
    {
        _host.Receiver.Answer = 500;
        await CreateAsync();
        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", CompletedTask);

        (await _host.WalkScheduleAsync(Team)).Should().Equal(
            TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
        _host.Receiver.Requests.Should().HaveCount(5);
        _host.Receiver.Requests.Select(request => request.Headers["X-Webhook-Signature-256"]).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_timeout_is_a_failure()
    {
        _host.Receiver.Answer = null;
        await CreateAsync();
        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", CompletedTask);
        await _host.WhenReceivedAsync(1);

        _host.Clock.Advance(TimeSpan.FromSeconds(15));

        await _host.WhenReceivedAsync(2);
    }

    [Theory]
    [InlineData(200, 1)]
    [InlineData(204, 1)]
    [InlineData(302, 2)]
    [InlineData(404, 2)]
    public async Task A_response_other_than_2xx_is_a_failure(int answer, int attempts)
    {
        _host.Receiver.Answer = answer;
        await CreateAsync();
        await _host.JsonAsync(HttpMethod.Post, "/internal/tasks", CompletedTask);

        var delivery = await _host.DeliveryAsync(Team, delivery => delivery.AttemptCount == attempts);
        delivery.Status.Should().Be(attempts == 1 ? DeliveryStatus.Succeeded : DeliveryStatus.Pending);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not-a-uuid")]
    public async Task Jwt_callers_must_send_the_team_and_without_it_the_answer_is_400(string? team)
    {
        Authorize(Token(Team), team);

        var (statusCode, problem) = await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", Documented);

        statusCode.Should().Be(400);
        problem.Should().Contain("X-Team-ID");
    }

    [Fact]
    public async Task A_user_may_belong_to_multiple_teams_and_operates_on_the_one_of_the_header()
    {
        var (id, _) = await CreateAsync();

        Authorize(Token(Team, OtherTeam), OtherTeam);
        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}")).StatusCode.Should().Be(404);
        Authorize(Token(Team, OtherTeam), Team.ToUpperInvariant());
        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}")).StatusCode.Should().Be(200);
    }

    [Fact]
    public async Task A_team_of_others_is_closed_to_a_user()
    {
        Authorize(Token(OtherTeam), Team);

        (await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", Documented)).StatusCode.Should().Be(403);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(OtherTeam)]
    [InlineData("not-a-uuid")]
    public async Task Credential_callers_can_omit_the_team_and_any_value_sent_is_ignored(string? team)
    {
        var (id, _) = await CreateAsync();

        Authorize("sk-key", team);
        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}")).StatusCode.Should().Be(200, "the credential is of its team");
        Authorize("dk-key", Team);
        (await _host.TryAsync(HttpMethod.Get, $"/v1/webhooks/{id}")).StatusCode.Should().Be(404, "the credential is of another");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sk-unknown")]
    [InlineData("dk-unknown")]
    [InlineData("not-a-token")]
    public async Task Callers_without_a_valid_token_or_credential_are_refused(string? token)
    {
        Authorize(token, Team);

        (await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", Documented)).StatusCode.Should().Be(401);
    }

    [Theory]
    [InlineData("name", null)]
    [InlineData("name", "\"\"")]
    [InlineData("name", 256)]
    [InlineData("url", null)]
    [InlineData("url", "\"http://my-app.example.com/\"")]
    [InlineData("url", 2049)]
    [InlineData("event_types", null)]
    [InlineData("event_types", "[]")]
    [InlineData("event_types", "[\"task.started\"]")]
    [InlineData("event_types", "[\"task.*\"]")]
    public async Task Names_have_1_to_255_characters_urls_are_https_of_at_most_2048_and_at_least_one_event_type_is_needed(
        string field, object? value)
    {
        var (statusCode, problem) = await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", With(field, value));

        statusCode.Should().Be(400);
        JsonSerializer.Deserialize<JsonElement>(problem).GetProperty("errors").EnumerateObject().Should().ContainSingle()
            .Which.Name.Should().StartWith(field);
    }

    [Theory]
    [InlineData("name", 1)]
    [InlineData("name", 255)]
    [InlineData("url", 2048)]
    [InlineData("event_types", "[\"task.failed\"]")]
    public async Task What_is_just_within_the_limits_is_taken(string field, object value) =>
        (await _host.TryAsync(HttpMethod.Post, "/v1/webhooks", With(field, value))).StatusCode.Should().Be(201);

    private static void UseKey(WebApplicationBuilder builder) =>
        builder.Services.Configure<JwtOptions>(JwtHandler.SchemeName, options => options.Key = Key);

    /// <summary>The documented body with another value of a field: JSON, or a text of so many characters.</summary>
    private static string With(string field, object? value)
    {
        var json = value switch
        {
            null => "null",
            int length when field is "url" => $"\"{"https://my-app.example.com/".PadRight(length, 'a')}\"",
            int length => $"\"{new string('n', length)}\"",
            _ => (string)value,
        };
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Documented)!;
        body[field] = JsonSerializer.Deserialize<JsonElement>(json);
        return JsonSerializer.Serialize(body);
    }

    private static string Token(params string[] teams) => Jwt.Create(Key, new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["sub"] = "user_1",
        ["exp"] = SampleHost.Start.AddHours(12).ToUnixTimeSeconds(),
        ["teams"] = teams,
    });

    private async Task<(string Id, string Secret)> CreateAsync()
    {
        var created = await _host.JsonAsync(HttpMethod.Post, "/v1/webhooks", Documented);
        return (created.GetProperty("id").GetString()!, created.GetProperty("secret").GetString()!);
    }

    private void Authorize(string? token, string? team)
    {
        var headers = _host.Client.DefaultRequestHeaders;
        headers.Clear();
        if (token is not null)
        {
            headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (team is not null)
        {
            headers.TryAddWithoutValidation("X-Team-ID", team);
        }
    }
}
