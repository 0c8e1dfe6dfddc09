using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Webhooks.Core.Tests.Publishing;

public sealed partial class PublishTests
{
    [Fact]
    public async Task Typed_data_is_published_as_its_event_type()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();

        var result = await host.Publisher.PublishAsync(new OrderPaid("o-1", 12.50m));

        result.Should().BeEquivalentTo(new { DeliveryCount = 1, IsDuplicate = false });
        result.MessageId.Should().StartWith("msg_");
        var request = (await host.Receiver.ReceivedAsync(1)).Single();
        request.MessageId.Should().Be(result.MessageId);
        request.Text.Should().Be("""{"type":"order.paid","timestamp":"2026-01-02T12:00:00Z","data":{"id":"o-1","total":12.50}}""");
        request.Headers["Content-Type"].Should().Be("application/json");
        request.Headers["User-Agent"].Should().Be("Webhooks.Core");
    }

    [Fact]
    public async Task Any_value_is_published_under_a_name()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();

        await host.Publisher.PublishAsync("order.created", new[] { 1, 2 });
        await host.Publisher.PublishAsync("order.paid", (string?)null);
        await host.Publisher.PublishAsync("order.created", new Money(3), PublishTestsJson.Default.Money);

        var bodies = (await host.Receiver.ReceivedAsync(3)).Select(request => request.Text);
        bodies.Should().BeEquivalentTo(
            """{"type":"order.created","timestamp":"2026-01-02T12:00:00Z","data":[1,2]}""",
            """{"type":"order.paid","timestamp":"2026-01-02T12:00:00Z","data":null}""",
            """{"type":"order.created","timestamp":"2026-01-02T12:00:00Z","data":{"in_cents":3}}""");
    }

    [Fact]
    public async Task Registered_metadata_and_json_options_decide_about_the_data()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks
            .AddEventType("money.sent", PublishTestsJson.Default.Money)
            .ConfigureJson(json => json.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper));
        await host.AddEndpointAsync();

        await host.Publisher.PublishAsync(new Money(3));
        await host.Publisher.PublishAsync(new OrderPaid("o-1", 1));

        (await host.Receiver.ReceivedAsync(2)).Select(request => request.Text).Should().BeEquivalentTo(
            """{"type":"money.sent","timestamp":"2026-01-02T12:00:00Z","data":{"in_cents":3}}""",
            """{"type":"order.paid","timestamp":"2026-01-02T12:00:00Z","data":{"ID":"o-1","TOTAL":1}}""");
    }

    [Fact]
    public async Task The_stored_bytes_are_the_sent_and_the_signed_bytes_on_every_attempt()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number <= 2
            ? System.Net.HttpStatusCode.InternalServerError : System.Net.HttpStatusCode.OK));
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        var result = await host.Publisher.PublishAsync("order.created", new { text = "Zoë 😀 </script> \u2028", number = 1.10m });
        for (var attempts = 1; attempts <= 2; attempts++)
        {
            await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == attempts);
            host.Clock.SetUtcNow(host.Store.Recorded.Last().RetryAt!.Value);
        }

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        var stored = (await host.Log.GetMessageAsync(result.MessageId))!.Payload!.Value.ToArray();
        host.Receiver.Requests.Should().HaveCount(3).And.OnlyContain(request => request.Body.SequenceEqual(stored));
        foreach (var request in host.Receiver.Requests)
        {
            request.Headers["webhook-signature"].Should().Be(StandardSignature(created.Secret, request));
        }
    }

    [Fact]
    public async Task Data_is_serialised_once_whatever_the_number_of_endpoints_and_attempts()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number <= 3
            ? System.Net.HttpStatusCode.InternalServerError : System.Net.HttpStatusCode.OK));
        for (var i = 0; i < 3; i++)
        {
            await host.AddEndpointAsync();
        }

        var data = new Counting();
        (await host.Publisher.PublishAsync("order.created", data)).DeliveryCount.Should().Be(3);
        await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == 3);
        host.Clock.Advance(TimeSpan.FromSeconds(6));
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));

        host.Receiver.Requests.Should().HaveCount(6);
        data.Reads.Should().Be(1);
    }

    [Fact]
    public async Task A_host_can_send_the_flat_payload_of_another_system()
    {
        await using var host = await TestHost.StartAsync(
            services: services => services.AddSingleton<IWebhookEnvelope, FlatEnvelope>());
        await host.AddEndpointAsync();

        await host.Publisher.PublishAsync("task.completed", new
        {
            task_id = "019c65a0", task_status = "completed", task_output = new { storage_key = "tasks/1/output.png", image_count = 1 }, task_error = "",
        });

        (await host.Receiver.ReceivedAsync(1)).Single().Text.Should().Be(
            """{"event_type":"task.completed","task_id":"019c65a0","task_status":"completed","task_output":{"storage_key":"tasks/1/output.png","image_count":1},"task_error":"","timestamp":"2026-01-02T12:00:00Z"}""");
    }

    [Fact]
    public async Task What_the_host_says_about_an_event_is_stored_with_it()
    {
        await using var host = await TestHost.StartAsync();
        var happened = new DateTimeOffset(2025, 12, 31, 23, 59, 59, TimeSpan.FromHours(1));

        var result = await host.Publisher.PublishAsync("order.created", 1, new PublishOptions
        {
            TenantId = "acme",
            EventId = "order created: 17",
            MessageId = "run_17",
            Channels = ["project-1", "team.a"],
            Timestamp = happened,
        });

        result.Should().Be(new PublishResult("run_17", DeliveryCount: 0, IsDuplicate: false));
        var message = (await host.Log.GetMessageAsync("run_17", "acme"))!;
        message.Should().BeEquivalentTo(new
        {
            Id = "run_17", TenantId = "acme", EventType = "order.created", EventId = "order created: 17", Timestamp = happened, CreatedAt = TestHost.Noon,
        });
        message.Channels.Should().Equal("project-1", "team.a");
        Encoding.UTF8.GetString(message.Payload!.Value.Span).Should().Contain("\"timestamp\":\"2025-12-31T22:59:59Z\"");
        (await host.Log.GetMessageAsync("run_17")).Should().BeNull("it is another tenant's");
    }

    [Fact]
    public async Task Only_endpoints_that_match_get_an_event()
    {
        await using var host = await TestHost.StartAsync();
        var wanted = new[]
        {
            await host.AddEndpointAsync(TestHost.Settings() with { EventTypes = ["order.created"] }),
            await host.AddEndpointAsync(TestHost.Settings() with { EventTypes = ["task.completed", "order.*"] }),
            await host.AddEndpointAsync(TestHost.Settings() with { Channels = ["b", "c"] }),
        };
        await host.AddEndpointAsync(TestHost.Settings() with { EventTypes = ["order.paid", "task.*"] });
        await host.AddEndpointAsync(TestHost.Settings() with { Channels = ["c"] });
        await host.AddEndpointAsync(tenantId: "other");
        await host.Endpoints.DisableAsync(await host.AddEndpointAsync());

        (await host.PublishAsync(new PublishOptions { Channels = ["a", "b"] })).DeliveryCount.Should().Be(3);

        (await host.DeliveriesAsync()).Select(delivery => delivery.EndpointId).Should().BeEquivalentTo(wanted);
    }

    [Fact]
    public async Task The_same_event_id_again_stores_nothing_and_tells_of_the_first()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var options = new PublishOptions { EventId = "e-1" };

        var first = await host.PublishAsync(options);
        var second = await host.PublishAsync(options);
        var elsewhere = await host.PublishAsync(options with { TenantId = "other" });
        var byMessageId = await host.PublishAsync(new PublishOptions { MessageId = first.MessageId });

        second.Should().Be(new PublishResult(first.MessageId, DeliveryCount: 1, IsDuplicate: true));
        byMessageId.Should().Be(second);
        elsewhere.IsDuplicate.Should().BeFalse();
        elsewhere.MessageId.Should().NotBe(first.MessageId);
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Of_a_batch_each_event_has_its_result_in_order()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync(TestHost.Settings() with { EventTypes = ["order.*"] });

        var results = await host.Publisher.PublishAsync(
        [
            WebhookEvent.Create(new OrderPaid("o-1", 1), new PublishOptions { EventId = "e-1", MessageId = "m-1" }),
            WebhookEvent.Create("task.completed", 1, new PublishOptions { MessageId = "m-2" }),
            WebhookEvent.Create("order.created", 2, new PublishOptions { EventId = "e-1" }),
        ]);

        results.Should().Equal(new PublishResult("m-1", 1, false), new PublishResult("m-2", 0, false), new PublishResult("m-1", 1, true));
        host.Store.Appends.Should().Equal(3);
        (await host.Publisher.PublishAsync([])).Should().BeEmpty();
        host.Store.Appends.Should().ContainSingle("nothing to publish is nothing to store");
    }

    private static string StandardSignature(WebhookSecret secret, ReceivedRequest request) =>
        "v1," + Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(
            secret.Key,
            (byte[])[.. Encoding.UTF8.GetBytes($"{request.MessageId}.{request.Headers["webhook-timestamp"]}."), .. request.Body]));

    private sealed record Money([property: JsonPropertyName("in_cents")] int Cents);

    [JsonSerializable(typeof(Money))]
    private sealed partial class PublishTestsJson : JsonSerializerContext;

    private sealed class Counting
    {
        [JsonIgnore]
        public int Reads { get; private set; }

        public int Value => ++Reads;
    }

    private sealed class FlatEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
        {
            writer.WriteStartObject();
            writer.WriteString("event_type", context.EventType);
            context.WriteDataProperties(writer);
            writer.WriteString("timestamp", context.Timestamp);
            writer.WriteEndObject();
        }
    }
}
