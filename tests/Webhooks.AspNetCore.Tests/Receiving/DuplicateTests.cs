using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Tests.Receiving;

public sealed class DuplicateTests
{
    private readonly Handler _handler = new();

    [Fact]
    public async Task A_message_that_was_handled_is_answered_with_success_and_not_handled_again()
    {
        await using var host = await StartAsync();

        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new Message { Time = Message.SentAt.AddSeconds(5) })).Should().Be(HttpStatusCode.OK);
        (await host.SendAsync(new Message { Id = "msg_2" })).Should().Be(HttpStatusCode.NoContent);

        _handler.Received.Select(webhook => webhook.Id).Should().Equal("msg_1", "msg_2");
        host.Log.WithId(606).Should().ContainSingle().Which.Should().Contain("msg_1").And.Contain("Processed");
    }

    [Theory]
    [InlineData(300)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task A_message_that_was_not_answered_with_success_is_handled_when_it_comes_again(int status)
    {
        await using var host = await StartAsync();

        _handler.Answer = () => Task.FromResult(status);
        (await host.SendAsync(new Message())).Should().Be((HttpStatusCode)status);
        _handler.Answer = () => Task.FromResult(StatusCodes.Status202Accepted);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.Accepted);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.OK);

        _handler.Received.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_message_whose_handler_threw_is_handled_when_it_comes_again()
    {
        await using var host = await StartAsync();

        _handler.Answer = () => throw new InvalidOperationException("The database is away.");
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.InternalServerError);
        _handler.Answer = () => Task.FromResult(StatusCodes.Status204NoContent);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.NoContent);

        _handler.Received.Should().HaveCount(2);
    }

    [Fact]
    public async Task While_a_message_is_being_handled_it_is_to_be_sent_again_later()
    {
        await using var host = await StartAsync();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Answer = () =>
        {
            started.SetResult();
            return answer.Task;
        };

        var first = host.SendAsync(new Message());
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.Conflict);
        answer.SetResult(StatusCodes.Status204NoContent);

        (await first).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.OK);
        _handler.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Of_many_at_once_one_is_handled_and_none_gets_a_wrong_answer()
    {
        await using var host = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => host.SendAsync(new Message { Id = $"msg_{i % 10}" })));

        _handler.Received.Select(webhook => webhook.Id).Should().BeEquivalentTo(Enumerable.Range(0, 10).Select(i => $"msg_{i}"));
        answers.Count(status => status == HttpStatusCode.NoContent).Should().Be(10);
        answers.Should().OnlyContain(status =>
            status == HttpStatusCode.NoContent || status == HttpStatusCode.OK || status == HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_forged_request_does_not_use_up_an_id()
    {
        await using var host = await StartAsync();

        (await host.SendAsync(new Message { Secrets = [WebhookSecret.Generate()] })).Should().Be(HttpStatusCode.Unauthorized);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_same_id_from_another_sender_is_another_message()
    {
        var secrets = new Dictionary<string, WebhookSecret> { ["acme"] = WebhookSecret.Generate(), ["globex"] = WebhookSecret.Generate() };
        await using var host = await ReceivingHost.StartAsync((app, clock) => app
            .MapPost("/hooks/{sender}", _handler.Delegate)
            .RequireWebhookSignature(context =>
            {
                var name = (string)context.Request.RouteValues["sender"]!;
                return ValueTask.FromResult<WebhookSender?>(new(name, new WebhookVerifier(secrets[name], timeProvider: clock)));
            }));

        foreach (var (name, secret) in secrets)
        {
            (await host.SendAsync(new() { Secrets = [secret] }, $"/hooks/{name}")).Should().Be(HttpStatusCode.NoContent);
            (await host.SendAsync(new() { Secrets = [secret] }, $"/hooks/{name}")).Should().Be(HttpStatusCode.OK);
        }

        _handler.Received.Select(webhook => webhook.Sender).Should().Equal("acme", "globex");
    }

    [Fact]
    public async Task The_same_id_at_another_endpoint_of_a_group_is_another_message()
    {
        await using var host = await ReceivingHost.StartAsync((app, clock) =>
        {
            var group = app.MapGroup("/hooks").RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock));
            group.MapPost("/orders", _handler.Delegate);
            group.MapPost("/invoices", _handler.Delegate);
        });

        (await host.SendAsync(new(), "/hooks/orders")).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new(), "/hooks/invoices")).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new(), "/hooks/invoices")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_an_id_every_request_is_handled()
    {
        await using var host = await StartAsync(SigningScheme.GitHub);

        (await host.SendAsync(new() { Scheme = SigningScheme.GitHub })).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new() { Scheme = SigningScheme.GitHub })).Should().Be(HttpStatusCode.NoContent);

        _handler.Received.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_id_can_be_found_in_a_header_or_in_the_body()
    {
        await using var byHeader = await StartAsync(
            SigningScheme.GitHub, options => options.MessageId = (request, _) => request.Headers["X-GitHub-Delivery"]);
        await using var byBody = await StartAsync(SigningScheme.Stripe, options => options.MessageId = (_, body) =>
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("id").GetString();
        });

        foreach (var (host, message) in new[]
        {
            (byHeader, new Message { Scheme = SigningScheme.GitHub }.With("X-GitHub-Delivery", "72d3162e")),
            (byBody, new Message { Scheme = SigningScheme.Stripe, Body = """{"id":"evt_1"}""" }),
        })
        {
            (await host.SendAsync(message)).Should().Be(HttpStatusCode.NoContent);
            (await host.SendAsync(message)).Should().Be(HttpStatusCode.OK);
        }

        _handler.Received.Select(webhook => webhook.Id).Should().Equal("72d3162e", "evt_1");
    }

    [Fact]
    public async Task An_id_of_more_than_255_characters_is_a_bad_request()
    {
        await using var host = await StartAsync();

        (await host.SendAsync(new() { Id = new string('x', 255) })).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new() { Id = new string('x', 256) })).Should().Be(HttpStatusCode.BadRequest);

        host.Log.WithId(605).Should().ContainSingle().Which.Should().Contain("256");
        _handler.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task A_store_of_the_hosts_own_is_used_and_resolved_for_each_request()
    {
        var calls = new List<string>();
        await using var host = await StartAsync(configure: builder => builder.Services
            .AddSingleton(calls)
            .AddScoped<IReceivedWebhooks, RecordingStore>());

        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.NoContent);
        _handler.Answer = () => Task.FromResult(StatusCodes.Status500InternalServerError);
        (await host.SendAsync(new Message { Id = "msg_2" })).Should().Be(HttpStatusCode.InternalServerError);

        calls.Should().Equal("made", "begin /hook msg_1", "complete /hook msg_1", "made", "begin /hook msg_2", "forget /hook msg_2");
        host.Log.WithId(607).Should().ContainSingle().Which.Should().Contain("msg_2");
    }

    private Task<ReceivingHost> StartAsync(
        SigningScheme? scheme = null,
        Action<WebhookReceiverOptions>? options = null,
        Action<WebApplicationBuilder>? configure = null) =>
        ReceivingHost.StartAsync(
            (app, clock) => app
                .MapPost("/hook", _handler.Delegate)
                .RequireWebhookSignature(
                    new WebhookVerifier(scheme ?? SigningScheme.StandardWebhooks, [Message.Secret], timeProvider: clock), options),
            configure);

    private sealed class RecordingStore : IReceivedWebhooks
    {
        private readonly List<string> _calls;

        public RecordingStore(List<string> calls)
        {
            _calls = calls;
            _calls.Add("made");
        }

        public ValueTask<WebhookReceipt> BeginAsync(string scope, string messageId, CancellationToken cancellationToken)
        {
            _calls.Add($"begin {scope} {messageId}");
            return ValueTask.FromResult(WebhookReceipt.New);
        }

        public ValueTask CompleteAsync(string scope, string messageId, CancellationToken cancellationToken)
        {
            _calls.Add($"complete {scope} {messageId}");
            return ValueTask.CompletedTask;
        }

        public ValueTask ForgetAsync(string scope, string messageId, CancellationToken cancellationToken)
        {
            _calls.Add($"forget {scope} {messageId}");
            throw new TimeoutException("The store is away.");
        }
    }
}
