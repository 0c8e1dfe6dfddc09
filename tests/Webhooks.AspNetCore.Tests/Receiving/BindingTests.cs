using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Tests.Receiving;

public sealed partial class BindingTests
{
    [Fact]
    public async Task A_handler_is_given_the_event_with_its_id_type_and_time()
    {
        ReceivedWebhook<OrderPaid>? received = null;
        await using var host = await StartAsync((ReceivedWebhook<OrderPaid> webhook) =>
        {
            received = webhook;
        });

        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.OK);

        received!.Id.Should().Be("msg_1");
        received.Type.Should().Be("order.paid");
        received.Timestamp.Should().Be(Message.SentAt.AddMilliseconds(678));
        received.Received.SentAt.Should().Be(Message.SentAt);
        received.Data.Should().Be(new OrderPaid("o-1", 12.50m));
    }

    [Fact]
    public async Task The_data_is_read_with_the_applications_json_options()
    {
        OrderPaid? received = null;
        await using var host = await StartAsync(
            (ReceivedWebhook<OrderPaid> webhook) =>
            {
                received = webhook.Data;
            },
            builder => builder.Services.ConfigureHttpJsonOptions(options =>
                options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower));

        await host.SendAsync(new() { Body = """{"data":{"order_id":"o-2"},"more":{"a":[1]},"timestamp":"2026-01-02T03:04:05Z","type":"order.paid"} """ });

        received.Should().Be(new OrderPaid("o-2", 0));
    }

    [Fact]
    public async Task A_handler_of_several_types_reads_each_in_its_own_way()
    {
        var totals = new List<string>();
        await using var host = await StartAsync((ReceivedWebhook<JsonElement> webhook) => totals.Add(webhook.Type switch
        {
            "order.paid" => $"paid {webhook.Data.Deserialize(Json.Default.OrderPaid)!.Total}",
            _ => $"skipped {webhook.Data.GetRawText()}",
        }));

        await host.SendAsync(new Message());
        await host.SendAsync(new() { Id = "msg_2", Body = """{"type":"ping","timestamp":"2026-01-02T03:04:05Z","data":null}""" });

        totals.Should().Equal("paid 12.50", "skipped null");
    }

    [Fact]
    public async Task A_handler_can_read_the_event_with_generated_code()
    {
        decimal total = 0;
        await using var host = await StartAsync((ReceivedWebhook webhook) =>
        {
            total = webhook.Read(Json.Default.OrderPaid).Data.Total;
        });

        await host.SendAsync(new Message());

        total.Should().Be(12.50m);
    }

    [Fact]
    public async Task A_plain_request_delegate_has_the_webhook_and_the_body()
    {
        var read = "";
        await using var host = await ReceivingHost.StartAsync((app, clock) => app
            .MapPost("/hook", new RequestDelegate(async context =>
            {
                var length = context.Features.Get<ReceivedWebhook>()!.Body.Length;
                using var reader = new StreamReader(context.Request.Body);
                read = $"{length} {await reader.ReadToEndAsync()}";
            }))
            .RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock)));

        await host.SendAsync(new() { Body = "a body", IsChunked = true });

        read.Should().Be("6 a body");
    }

    [Fact]
    public async Task A_handler_that_knows_nothing_of_webhooks_reads_the_body_as_ever()
    {
        Envelope? received = null;
        await using var host = await StartAsync((Envelope envelope) =>
        {
            received = envelope;
        });

        await host.SendAsync(new Message { IsChunked = true });

        received!.Data.Total.Should().Be(12.50m);
    }

    [Theory]
    [InlineData("", "not the JSON")]
    [InlineData("{", "not the JSON")]
    [InlineData("[]", "not an envelope")]
    [InlineData("null", "not an envelope")]
    [InlineData("""{"type":"order.paid","timestamp":"2026-01-02T03:04:05Z","data":{}} x""", "not the JSON")]
    [InlineData("""{"timestamp":"2026-01-02T03:04:05Z","data":{}}""", "'type' is missing")]
    [InlineData("""{"type":"order.paid","data":{}}""", "'timestamp' is missing")]
    [InlineData("""{"type":"order.paid","timestamp":"2026-01-02T03:04:05Z"}""", "'data' is missing")]
    [InlineData("""{"type":"order.paid","timestamp":"2026-01-02T03:04:05Z","data":null}""", "'data' is missing")]
    [InlineData("""{"type":7,"timestamp":"2026-01-02T03:04:05Z","data":{}}""", "'type' is not a string")]
    [InlineData("""{"type":"order.paid","timestamp":1767323045,"data":{}}""", "'timestamp' is not a string")]
    [InlineData("""{"type":"order.paid","timestamp":"yesterday","data":{}}""", "'timestamp' is not an ISO 8601 time")]
    [InlineData("""{"type":"order.paid","timestamp":"2026-01-02T03:04:05Z","data":{"total":"much"}}""", "not the JSON")]
    public async Task A_body_that_is_no_such_event_is_a_bad_request_that_says_why_and_can_be_sent_again(string body, string why)
    {
        var handled = 0;
        await using var host = await StartAsync((ReceivedWebhook<OrderPaid> webhook) =>
        {
            handled++;
        });

        using var refused = await host.ResponseAsync(new() { Body = body });

        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        refused.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("detail").GetString().Should().Contain(why);
        host.Log.WithId(604).Should().ContainSingle().Which.Should().Contain("msg_1");
        handled.Should().Be(0);
        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.OK);
        handled.Should().Be(1);
    }

    [Fact]
    public async Task A_webhook_is_not_bound_where_no_signature_is_required()
    {
        await using var host = await ReceivingHost.StartAsync((app, _) => app.MapPost("/hook", (ReceivedWebhook<OrderPaid> webhook) => webhook.Id));

        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.InternalServerError);

        host.Log.All.Should().ContainMatch("*map the endpoint, or its group, with RequireWebhookSignature*");
    }

    [Fact]
    public async Task A_requirement_on_an_endpoint_takes_the_place_of_its_groups()
    {
        var secret = WebhookSecret.Generate();
        await using var host = await ReceivingHost.StartAsync((app, clock) =>
        {
            var group = app.MapGroup("/outer").RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock))
                .MapGroup("/inner");
            group.MapPost("/own", (ReceivedWebhook webhook) => webhook.Id)
                .RequireWebhookSignature(new WebhookVerifier(secret, timeProvider: clock));
            group.MapPost("/groups", (ReceivedWebhook webhook) => webhook.Id);
        });

        (await host.SendAsync(new() { Secrets = [secret] }, "/outer/inner/own")).Should().Be(HttpStatusCode.OK);
        (await host.SendAsync(new(), "/outer/inner/own")).Should().Be(HttpStatusCode.Unauthorized);
        (await host.SendAsync(new(), "/outer/inner/groups")).Should().Be(HttpStatusCode.OK);
        (await host.SendAsync(new() { Secrets = [secret] }, "/outer/inner/groups")).Should().Be(HttpStatusCode.Unauthorized);
    }

    private static Task<ReceivingHost> StartAsync(Delegate handler, Action<WebApplicationBuilder>? configure = null) =>
        ReceivingHost.StartAsync(
            (app, clock) => app
                .MapPost("/hook", handler)
                .RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock)),
            configure);

    private sealed record OrderPaid(string OrderId, decimal Total);

    private sealed record Envelope(string Type, OrderPaid Data);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(OrderPaid))]
    private sealed partial class Json : JsonSerializerContext;
}
