using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Replay;
using Webhooks.Signing;
using Webhooks.Transformations;

namespace Webhooks.Core.Tests.Transformations;

public sealed class TransformationTests
{
    private const string Secret = "s3cr3t-of-the-payload";

    [Fact]
    public async Task What_is_sent_and_signed_is_what_the_transformation_made_and_the_projection_left()
    {
        await using var host = await StartAsync((context, _) => Send(
            $$"""{"was":{{Encoding.UTF8.GetString(context.Payload.Span)}},"tenant":"{{context.Endpoint.TenantId}}","more":1}""",
            new Dictionary<string, string> { ["X-Kind"] = context.Message.EventType, ["X-Own"] = "new" }));
        var created = await host.Endpoints.CreateAsync(Settings() with
        {
            Headers = new Dictionary<string, string> { ["x-own"] = "old", ["X-Kept"] = "kept" },
            Projection = ProjectionTests.Projection("", "/was /more", "/tenant=owner"),
        });

        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        var request = host.Receiver.Requests.Single();
        request.Text.Should().Be("""{"owner":"default"}""");
        request.Headers.Should().Contain("X-Kind", "order.created").And.Contain("X-Own", "new").And.Contain("X-Kept", "kept");
        new WebhookVerifier(created.Secret, timeProvider: host.Clock).Verify(name => [request.Headers.GetValueOrDefault(name)], request.Body).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Every_retry_sends_the_same_whatever_the_transformation_would_make_by_then()
    {
        var calls = 0;
        await using var host = await StartAsync((_, _) => Send(
            $$"""{"call":{{++calls}}}""", new Dictionary<string, string> { ["X-Call"] = calls.ToString(CultureInfo.InvariantCulture) }));
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number < 3 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        await host.AddEndpointAsync(Settings());
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        // The process goes, and the next one has another version of the code.
        await host.StopAsync();
        await using var next = await StartAsync((_, _) => Send("""{"call":"of a new version"}"""), like: host);
        next.Receiver.AnswerEach(number => new HttpResponseMessage(number < 2 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        await AdvanceUntilAsync(next, DeliveryStatus.Succeeded);

        ReceivedRequest[] requests = [.. host.Receiver.Requests, .. next.Receiver.Requests];
        requests.Should().HaveCount(3).And.OnlyContain(request => request.Text == """{"call":1}""" && request.Headers["X-Call"] == "1");
        requests.Select(request => request.Headers["webhook-timestamp"]).Should().OnlyHaveUniqueItems();
        calls.Should().Be(1);
    }

    [Fact]
    public async Task What_has_ended_and_is_sent_again_is_made_anew()
    {
        var calls = 0;
        await using var host = await StartAsync((_, _) => Send($$"""{"call":{{++calls}}}"""));
        await host.AddEndpointAsync(Settings());
        await host.PublishAsync();
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);

        await host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(delivery.Id);
        await host.Receiver.WhenAsync(receiver => receiver.Count == 2);

        host.Receiver.Requests.Select(request => request.Text).Should().Equal("""{"call":1}""", """{"call":2}""");
    }

    [Fact]
    public async Task A_delivery_that_the_transformation_cancels_ends_as_canceled_and_says_why()
    {
        await using var host = await StartAsync((_, _) => ValueTask.FromResult(TransformationResult.Cancel("Test orders go nowhere.")));
        await host.AddEndpointAsync(Settings());
        await host.PublishAsync();

        var delivery = await host.DeliveryAsync(DeliveryStatus.Canceled);

        delivery.CancelReason.Should().Be(CancelReason.Transformation);
        (await host.AttemptsAsync()).Should().ContainSingle()
            .Which.Should().Match<DeliveryAttempt>(attempt => attempt.Error == AttemptError.Transformation && attempt.ErrorMessage == "Test orders go nowhere.");
        host.Receiver.Requests.Should().BeEmpty();
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "throws", "Transformation 'test' threw FormatException. The host's log says more." },
        { "null", "Transformation 'test' returned null." },
        { "empty", "The transformed payload has 0 bytes; 1 to 262144 are allowed." },
        { "large", "The transformed payload has 262145 bytes; 1 to 262144 are allowed." },
        { "header", "The transformation has a header that an endpoint cannot have: its name or value is none, or the library or HTTP itself sets it." },
        { "text", "The projection of the endpoint could not be applied: the payload is not a JSON object or array." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_transformation_that_fails_fails_the_attempt_which_is_retried_and_tells_nothing_of_the_payload(string kind, string message)
    {
        var isBroken = true;
        await using var host = await StartAsync((_, _) => !isBroken ? ValueTask.FromResult(TransformationResult.Unchanged) : kind switch
        {
            "throws" => throw new FormatException(Secret),
            "null" => default,
            "empty" => Send(""),
            "large" => Send(new string(' ', 262_145)),
            "header" => Send("{}", new Dictionary<string, string> { ["Webhook-Id"] = "x" }),
            _ => Send(Secret),
        });
        await host.AddEndpointAsync(
            Settings() with { Projection = kind == "text" ? ProjectionTests.Projection("", "/x", "") : null });
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery is { Status: DeliveryStatus.Pending, AttemptCount: 1, LastError: AttemptError.Transformation });

        (await host.AttemptsAsync()).Single().ErrorMessage.Should().Be(message).And.NotContain(Secret);
        host.Logs.WithId(414).Should().ContainSingle();
        host.Receiver.Requests.Should().BeEmpty();

        isBroken = false;
        await AdvanceUntilAsync(host, DeliveryStatus.Succeeded);
        host.Receiver.Requests.Should().ContainSingle();
        (await host.Endpoints.GetAsync((await host.DeliveriesAsync())[0].EndpointId))!.FailingSince.Should().BeNull();
    }

    [Fact]
    public async Task A_transformation_that_does_not_end_fails_the_attempt_at_its_deadline()
    {
        var isCalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync((_, _) =>
        {
            isCalled.TrySetResult();
            return new ValueTask<TransformationResult>(new TaskCompletionSource<TransformationResult>().Task);
        });
        await host.AddEndpointAsync(Settings());
        await host.PublishAsync();
        await isCalled.Task.InTimeAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(15));

        await host.DeliveryAsync(delivery => delivery.LastError == AttemptError.Transformation);

        (await host.AttemptsAsync())[0].ErrorMessage.Should().Be("Transformation 'test' did not end within 00:00:15.");
    }

    [Fact]
    public async Task A_name_is_known_when_the_endpoint_is_registered_and_one_that_is_gone_fails_its_attempts()
    {
        await using var host = await StartAsync((_, _) => ValueTask.FromResult(TransformationResult.Unchanged));
        var create = () => host.AddEndpointAsync(TestHost.Settings() with { Transformation = "tset" });
        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single()
            .Should().Match<WebhookValidationError>(error => error.Field == "transformation" && error.Rule == "known" && error.Message.Contains("There are: test."));
        await host.AddEndpointAsync(Settings());
        await host.StopAsync();
        await using var next = await TestHost.StartAsync(like: host);

        await next.PublishAsync();

        await next.DeliveryAsync(delivery => delivery.LastError == AttemptError.Transformation);
        (await next.AttemptsAsync())[0].ErrorMessage.Should().Contain("no transformation 'test'");
    }

    [Fact]
    public async Task A_transformation_of_its_own_class_has_a_scope_and_two_of_one_name_are_refused()
    {
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.AddTransformation<Counting>("test"), services: services => services.AddScoped<Scoped>());
        await host.AddEndpointAsync(Settings());
        await host.PublishAsync();
        await host.PublishAsync();
        await host.Receiver.WhenAsync(receiver => receiver.Count == 2);
        host.Receiver.Requests.Should().OnlyContain(request => request.Text == """{"calls":1}""");

        var start = () => TestHost.StartAsync(webhooks => webhooks
            .AddTransformation<Counting>("test").AddTransformation("test", (_, _) => ValueTask.FromResult(TransformationResult.Unchanged)));
        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*'test'*");
    }

    private static EndpointSettings Settings() => TestHost.Settings() with { Transformation = "test" };

    private static Task<TestHost> StartAsync(
        Func<TransformationContext, CancellationToken, ValueTask<TransformationResult>> transform, TestHost? like = null) =>
        TestHost.StartAsync(webhooks => webhooks.AddTransformation("test", transform), like);

    private static ValueTask<TransformationResult> Send(string payload, Dictionary<string, string>? headers = null) =>
        ValueTask.FromResult(TransformationResult.Send(Encoding.UTF8.GetBytes(payload), headers));

    private static async Task AdvanceUntilAsync(TestHost host, DeliveryStatus status)
    {
        for (var i = 0; i < 4; i++)
        {
            var attempts = (await host.DeliveriesAsync()).Single().AttemptCount;
            host.Clock.Advance(TimeSpan.FromMinutes(10));
            var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount > attempts);
            if (delivery.Status == status)
            {
                return;
            }
        }

        throw new InvalidOperationException("It did not come to that.");
    }

    internal sealed class Scoped
    {
        public int Calls { get; set; }
    }

    internal sealed class Counting(Scoped scoped) : IWebhookTransformation
    {
        public ValueTask<TransformationResult> TransformAsync(TransformationContext context, CancellationToken cancellationToken) =>
            Send($$"""{"calls":{{++scoped.Calls}}}""");
    }
}
