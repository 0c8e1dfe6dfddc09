using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Endpoints;

public sealed class EndpointTesterTests
{
    [Fact]
    public async Task An_example_is_sent_once_and_at_once_and_the_log_has_it()
    {
        await using var host = await StartAsync();
        var endpointId = await host.AddEndpointAsync();
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"));
        await host.Endpoints.DisableAsync(endpointId);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);

        var test = await Tester(host).SendExampleAsync(endpointId, "parcel.sent", "second");

        (test.Attempt.StatusCode, test.Attempt.Error, test.Attempt.Number).Should().Be((500, AttemptError.Status, 1));
        var request = host.Receiver.Requests.Should().ContainSingle().Which;
        request.MessageId.Should().Be(test.Message.Id);
        request.Headers.Should().ContainKey("webhook-signature");
        request.Body.Should().Equal(test.Message.Payload!.Value.ToArray());
        request.Text.Should().Contain("\"number\":2");
        var message = await host.Log.GetMessageAsync(test.Message.Id);
        (message!.TestedEndpointId, message.Payload!.Value.ToArray()).Should().BeEquivalentTo((endpointId, request.Body));
        var delivery = await host.DeliveryAsync(DeliveryStatus.Failed);
        (delivery.Id, delivery.EndpointId, delivery.MessageId).Should().Be((test.Attempt.DeliveryId, endpointId, message.Id));
        (await host.AttemptsAsync()).Should().Equal(test.Attempt);
        (await host.Endpoints.GetAsync(endpointId))!.FailingSince.Should().BeNull();
    }

    [Fact]
    public async Task A_test_is_sent_again_as_any_delivery_and_nobody_is_told_that_it_failed_or_recovered()
    {
        await using var host = await StartAsync(webhooks => webhooks.AddOperationalEvents());
        var endpointId = await host.AddEndpointAsync();
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var test = await Tester(host).SendExampleAsync(endpointId, "parcel.sent");
        host.Receiver.AnswerWith(HttpStatusCode.OK);

        await host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(test.Attempt.DeliveryId);

        (await host.DeliveryAsync(DeliveryStatus.Succeeded)).AttemptCount.Should().Be(2);
        host.Receiver.Requests.Select(request => request.MessageId).Should().Equal(test.Message.Id, test.Message.Id);
        var told = await host.Log.ListMessagesAsync(new MessageQuery { TenantId = WebhooksDefaults.OperationalTenantId });
        told.Items.Select(message => message.EventType).Should().Equal(OperationalEventTypes.EndpointCreated);
    }

    [Fact]
    public async Task A_test_whose_caller_went_away_is_made_to_its_end_and_its_answer_is_for_who_asks_again()
    {
        await using var host = await StartAsync();
        var endpointId = await host.AddEndpointAsync();
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        using var caller = new CancellationTokenSource();
        var first = Tester(host).SendExampleAsync(endpointId, "parcel.sent", messageId: "test-1", cancellationToken: caller.Token);
        await host.Receiver.ReceivedAsync(1);
        await caller.CancelAsync();

        var early = () => Tester(host).SendExampleAsync(endpointId, "parcel.sent", messageId: "test-1");
        (await early.Should().ThrowAsync<WebhookConflictException>()).WithMessage("*under way*");
        gate.Open();
        var test = await first.InTimeAsync();
        var again = await Tester(host).SendExampleAsync(endpointId, "parcel.sent", messageId: "test-1");

        test.Attempt.StatusCode.Should().Be(200);
        again.Should().Be(test);
        again.Message.Id.Should().Be("test-1");
        host.Receiver.Count.Should().Be(1);
    }

    [Fact]
    public async Task The_id_of_what_was_published_is_no_tests()
    {
        await using var host = await StartAsync();
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync(new PublishOptions { MessageId = "order-1" });

        var test = () => Tester(host).SendExampleAsync(endpointId, "parcel.sent", messageId: "order-1");

        (await test.Should().ThrowAsync<WebhookConflictException>()).WithMessage("*was published*");
    }

    [Fact]
    public async Task A_test_that_the_host_puts_off_was_not_sent_and_says_so()
    {
        await using var host = await StartAsync(webhooks => webhooks
            .ConfigureHttpClient(client => client.AddHttpMessageHandler(() => new RefusingHandler()))
            .DeferOn<NotSupportedException>(static _ => TimeSpan.FromMinutes(7)));
        var endpointId = await host.AddEndpointAsync();

        var test = await Tester(host).SendExampleAsync(endpointId, "parcel.sent");

        (test.Attempt.Error, test.Attempt.IsSuccess).Should().Be((AttemptError.Internal, false));
        test.Attempt.ErrorMessage.Should().Contain("00:07:00");
        (await host.DeliveryAsync(DeliveryStatus.Failed)).AttemptCount.Should().Be(1);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_logged_is_an_error_and_the_log_says_that_it_is_not_known()
    {
        await using var host = await StartAsync();
        var endpointId = await host.AddEndpointAsync();
        var repair = host.Store.Fail(nameof(StoreProbe.CompleteAsync));

        var test = () => Tester(host).SendExampleAsync(endpointId, "parcel.sent");
        await test.Should().ThrowAsync<WebhookStoreException>();
        repair();
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        (await host.DeliveryAsync(DeliveryStatus.Failed)).LastError.Should().Be(AttemptError.Interrupted);
        host.Receiver.Count.Should().Be(1);
    }

    [Fact]
    public async Task What_cannot_be_sent_says_what_is_wrong()
    {
        await using var host = await StartAsync();
        var endpointId = await host.AddEndpointAsync();

        await ShouldRefuseAsync("parcel.lost", null, "eventType");
        await ShouldRefuseAsync("parcel.sent", "third", "example");
        await ShouldRefuseAsync("order.created", null, "example");
        var unknown = () => Tester(host).SendExampleAsync("ep_unknown", "parcel.sent");
        await unknown.Should().ThrowAsync<WebhookNotFoundException>();
        var others = () => Tester(host).SendExampleAsync(endpointId, "parcel.sent", tenantId: "other");
        await others.Should().ThrowAsync<WebhookNotFoundException>();
        host.Receiver.Count.Should().Be(0);

        async Task ShouldRefuseAsync(string eventType, string? example, string field)
        {
            var send = () => Tester(host).SendExampleAsync(endpointId, eventType, example);
            (await send.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single().Field.Should().Be(field);
        }
    }

    private static IEndpointTester Tester(TestHost host) => host.Services.GetRequiredService<IEndpointTester>();

    private static Task<TestHost> StartAsync(Action<IWebhooksBuilder>? configure = null) => TestHost.StartAsync(webhooks =>
    {
        webhooks.AddEventType<Parcel>(
            "parcel.sent", type => type.WithExample(new Parcel(1), "first").WithExample(new Parcel(2), "second"));
        configure?.Invoke(webhooks);
    });

    internal sealed record Parcel(int Number);

    private sealed class RefusingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Not now.");
    }
}
