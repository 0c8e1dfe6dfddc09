using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Operations;
using Webhooks.Replay;
using Webhooks.Signing;
using Webhooks.TestKit;

namespace Webhooks.Core.Tests.Operations;

public sealed class OperationalEndpointTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public async Task An_operational_endpoint_gets_its_events_signed_and_only_those_it_subscribes_to()
    {
        var received = new TaskCompletionSource<(Dictionary<string, string> Headers, byte[] Body)>();
        await using var receiver = await SocketReceiver.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.TrySetResult((
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray()));
        });
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.AddOperationalEvents().Configure(options => options.Retry.Delays = []), network: true);
        var created = await host.Endpoints.CreateAsync(
            new EndpointSettings { Url = receiver.Url.AbsoluteUri, EventTypes = [OperationalEventTypes.DeliveryExhausted] },
            new CreateEndpointOptions { TenantId = WebhooksDefaults.OperationalTenantId });
        await using var dead = await SocketReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var endpoint = await host.AddEndpointAsync(TestHost.Settings(dead.Url.AbsoluteUri));
        await host.PublishAsync();

        var (headers, body) = await received.Task.InTimeAsync();
        new WebhookVerifier(created.Secret, timeProvider: host.Clock).Verify(name => headers.TryGetValue(name, out var value) ? [value] : [], body).IsValid.Should().BeTrue();
        using var json = JsonDocument.Parse(body);
        json.RootElement.GetProperty("type").GetString().Should().Be(OperationalEventTypes.DeliveryExhausted);
        json.RootElement.GetProperty("data").GetProperty("endpointId").GetString().Should().Be(endpoint);
        await host.WhenHandledAsync();
        (await host.OperationalDeliveriesAsync()).Should().ContainSingle("created and the others are not what it subscribes to")
            .Which.Status.Should().Be(DeliveryStatus.Succeeded);
    }

    [Fact]
    public async Task An_operational_endpoint_is_retried_and_replayed_like_any()
    {
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.AddOperationalEvents().Configure(options => options.Retry.Delays = []));
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync(tenantId: WebhooksDefaults.OperationalTenantId);
        await host.AddEndpointAsync();
        await host.WhenOperationalAsync(all => all is [{ Status: DeliveryStatus.Failed }]);
        host.Receiver.AnswerWith(HttpStatusCode.OK);

        await host.Services.GetRequiredService<IWebhookReplay>().StartAsync(
            new ReplayRequest { TenantId = WebhooksDefaults.OperationalTenantId, Since = TestHost.Noon.AddDays(-1) });

        await host.WhenOperationalAsync(all => all is [{ Status: DeliveryStatus.Succeeded, AttemptCount: 2 }]);
    }

    [Fact]
    public async Task The_payload_of_each_event_is_as_documented()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.AddOperationalEvents().Configure(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [TimeSpan.FromSeconds(1)];
            options.OperationalEvents.FailingAfterAttempts = 1;
            options.DisableAfter = TimeSpan.FromHours(1);
            options.CircuitBreaker.Enabled = false;
        }));
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.Endpoints.CreateAsync(TestHost.Settings(), new CreateEndpointOptions { TenantId = "acme", EndpointId = "orders" });
        await host.Endpoints.RotateSecretAsync("orders", new RotateSecretOptions { TenantId = "acme" });
        await host.PublishAsync(new() { TenantId = "acme", MessageId = "order-1" });
        await WhenStoredAsync(host, 3);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await WhenStoredAsync(host, 4);
        host.Receiver.Answer = (_, _) => throw new HttpRequestException(HttpRequestError.NameResolutionError, "No such host is known.");
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.PublishAsync(new() { TenantId = "acme", MessageId = "order-2" });
        await WhenStoredAsync(host, 6);
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await host.Endpoints.EnableAsync("orders", "acme");
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await WhenStoredAsync(host, 8);
        await host.Endpoints.DeleteAsync("orders", "acme");

        var payloads = (await host.OperationalMessagesAsync())
            .Select(message => Encoding.UTF8.GetString(message.Payload!.Value.Span))
            .OrderBy(payload => payload, StringComparer.Ordinal)
            .Select(payload => JsonSerializer.Serialize(JsonDocument.Parse(payload).RootElement, Indented));
        Snapshot.Match(string.Join("\n", payloads));
    }

    private static Task WhenStoredAsync(TestHost host, int count) =>
        host.Store.Changed.WhenAsync(async () => (await host.OperationalMessagesAsync()).Count >= count);
}
