using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.Core.Tests.Endpoints;

public sealed class EndpointTesterTests
{
    [Fact]
    public async Task An_example_is_sent_once_and_leaves_nothing_behind()
    {
        await using var host = await StartAsync();
        var endpointId = await host.AddEndpointAsync();
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"));
        await host.Endpoints.DisableAsync(endpointId);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);

        var test = await Tester(host).SendExampleAsync(endpointId, "parcel.sent", "second");

        (test.StatusCode, test.Error, test.IsSuccess).Should().Be((500, AttemptError.Status, false));
        var request = host.Receiver.Requests.Should().ContainSingle().Which;
        request.MessageId.Should().Be(test.MessageId);
        request.Headers.Should().ContainKey("webhook-signature");
        request.Body.Should().Equal(test.Payload.ToArray());
        request.Text.Should().Contain("\"number\":2");
        (await host.DeliveriesAsync()).Should().BeEmpty();
        (await host.Endpoints.GetAsync(endpointId))!.FailingSince.Should().BeNull();
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

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(webhooks => webhooks.AddEventType<Parcel>(
        "parcel.sent", type => type.WithExample(new Parcel(1), "first").WithExample(new Parcel(2), "second")));

    internal sealed record Parcel(int Number);
}
