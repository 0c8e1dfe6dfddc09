using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Catalog;

/// <summary>One publish, and endpoints that want it in different forms.</summary>
public sealed class EventVersionTests
{
    private const string V3 = """{"type":"invoice.sent","version":"v3","timestamp":"2026-01-02T12:00:00Z","data":{"id":"i-1","cents":1250,"currency":"EUR"}}""";
    private const string V2 = """{"type":"invoice.sent","version":"v2","timestamp":"2026-01-02T12:00:00Z","data":{"id":"i-1","cents":1250}}""";
    private const string V1 = """{"type":"invoice.sent","version":"v1","timestamp":"2026-01-02T12:00:00Z","data":{"id":"i-1","total":12.5}}""";

    private static readonly InvoiceV3 Invoice = new("i-1", 1250, "EUR");

    [Fact]
    public async Task Each_endpoint_gets_its_version_of_one_publish()
    {
        await using var host = await StartAsync();
        foreach (var version in new[] { null, "v3", "v2", "v1" })
        {
            await host.AddEndpointAsync(Settings(version));
        }

        await host.Publisher.PublishAsync(Invoice);

        var bodies = (await host.Receiver.ReceivedAsync(4)).Select(request => request.Text);
        bodies.Should().BeEquivalentTo(V3, V3, V2, V1);
    }

    [Fact]
    public async Task A_retry_has_the_bytes_of_the_first_attempt_and_its_own_signature()
    {
        await using var host = await StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        var created = await host.Endpoints.CreateAsync(Settings("v1"));

        await host.Publisher.PublishAsync(Invoice, new PublishOptions { Timestamp = TestHost.Noon.AddTicks(1_234_567) });
        await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == 1);
        host.Clock.SetUtcNow(host.Store.Recorded.Last().RetryAt!.Value);
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        host.Receiver.Requests.Select(request => request.Text).Distinct(StringComparer.Ordinal).Should().ContainSingle()
            .Which.Should().Be(V1.Replace("12:00:00Z", "12:00:00.1234567Z", StringComparison.Ordinal));
        var verifier = new Webhooks.Signing.WebhookVerifier(created.Secret, timeProvider: host.Clock);
        var last = host.Receiver.Requests[^1];
        verifier.Verify(name => [last.Headers[name]], last.Body).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task The_application_decides_for_endpoints_without_a_version()
    {
        await using var host = await StartAsync(webhooks => webhooks.Configure(options => options.EventVersion = "v2"));
        await host.AddEndpointAsync();
        await host.AddEndpointAsync(Settings("v3"));

        await host.Publisher.PublishAsync(Invoice);

        (await host.Receiver.ReceivedAsync(2)).Select(request => request.Text).Should().BeEquivalentTo(V2, V3);
    }

    [Fact]
    public async Task A_type_without_versions_is_sent_as_it_is_to_an_endpoint_of_a_version()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Settings("v1"));

        await host.Publisher.PublishAsync(new OrderPaid("o-1", 1));

        (await host.Receiver.ReceivedAsync(1)).Single().Text
            .Should().Be("""{"type":"order.paid","timestamp":"2026-01-02T12:00:00Z","data":{"id":"o-1","total":1}}""");
    }

    [Fact]
    public async Task A_version_stands_for_the_newest_form_that_is_not_newer_and_else_for_the_first()
    {
        await using var host = await StartAsync(webhooks => webhooks
            .AddEventType<Refund>("invoice.refunded", type => type
                .WithVersion("v10")
                .WithOlderVersion("v2", (Refund refund) => new InvoiceV2(refund.Id, 0))));
        await host.AddEndpointAsync(Settings("v3") with { Name = "between" });
        await host.AddEndpointAsync(Settings("v1") with { Name = "before" });

        await host.Publisher.PublishAsync(new Refund("i-1"));

        (await host.Receiver.ReceivedAsync(2)).Should().OnlyContain(request => request.Text.Contains("\"version\":\"v2\""));
    }

    [Fact]
    public async Task What_was_published_before_there_were_versions_is_sent_as_it_was()
    {
        const string stored = """{"type":"invoice.sent","timestamp":"2026-01-02T12:00:00Z","data":{"id":"i-1","total":12.5}}""";
        await using var before = TestHost.Create(webhooks => webhooks.AddEventType<InvoiceV1>("invoice.sent"));
        await before.Endpoints.CreateAsync(TestHost.Settings());
        await before.Publisher.PublishAsync(new InvoiceV1("i-1", 12.5m));
        await using var host = TestHost.Create(AddInvoices, like: before);
        var endpoint = (await host.Endpoints.ListAsync(new Webhooks.Storage.EndpointQuery())).Items.Single();
        await host.Endpoints.UpdateAsync(endpoint.Id, endpoint.Settings with { EventVersion = "v1" });

        await host.StartAsync();

        (await host.Receiver.ReceivedAsync(1)).Single().Text.Should().Be(stored);
    }

    [Fact]
    public async Task What_was_published_in_an_older_version_is_converted_from_there()
    {
        await using var before = TestHost.Create(webhooks => webhooks.AddEventType<InvoiceV2>("invoice.sent", type => type
            .WithVersion("v2")
            .WithOlderVersion("v1", (InvoiceV2 invoice) => new InvoiceV1(invoice.Id, invoice.Cents / 100m))));
        await before.AddEndpointAsync(Settings("v1") with { Name = "old" });
        await before.AddEndpointAsync(Settings("v2") with { Name = "new" });
        await before.Publisher.PublishAsync(new InvoiceV2("i-1", 1250));
        await using var host = TestHost.Create(AddInvoices, like: before);

        await host.StartAsync();

        (await host.Receiver.ReceivedAsync(2)).Select(request => request.Text).Should().BeEquivalentTo(V1, V2);
    }

    [Fact]
    public async Task A_converter_that_fails_fails_the_attempt_and_nothing_else()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.AddEventType<InvoiceV2>("invoice.sent", type => type
            .WithVersion("v2")
            .WithOlderVersion<InvoiceV2, InvoiceV1>("v1", static _ => throw new InvalidOperationException("There is no total."))));
        var id = await host.AddEndpointAsync(Settings("v1"));
        await host.AddEndpointAsync();

        await host.Publisher.PublishAsync(new InvoiceV2("i-1", 1250));

        await host.WhenDeliveriesAsync(deliveries => deliveries.Any(delivery => delivery.Status == DeliveryStatus.Succeeded)
            && deliveries.Any(delivery => delivery.LastError == AttemptError.Payload));
        var failed = (await host.DeliveriesAsync()).Single(delivery => delivery.LastError == AttemptError.Payload);
        failed.Should().BeEquivalentTo(new { EndpointId = id, Status = DeliveryStatus.Pending });
        var attempt = (await host.Log.ListAttemptsAsync(new Webhooks.Storage.AttemptQuery { DeliveryId = failed.Id })).Items.Single();
        attempt.ErrorMessage.Should().Contain("in version 'v1' of 'invoice.sent'").And.Contain("There is no total.");
        (await host.Endpoints.GetAsync(id))!.FailingSince.Should().BeNull("the receiver has done nothing wrong");
    }

    [Fact]
    public async Task A_message_in_a_version_that_this_instance_does_not_know_waits_for_one_that_does()
    {
        await using var newer = TestHost.Create(AddInvoices);
        await newer.AddEndpointAsync(Settings("v1"));
        await newer.Publisher.PublishAsync(Invoice);
        await using var older = TestHost.Create(
            webhooks => webhooks.AddEventType<InvoiceV2>("invoice.sent", type => type
                .WithVersion("v2")
                .WithOlderVersion("v1", (InvoiceV2 invoice) => new InvoiceV1(invoice.Id, 0))),
            like: newer);

        await older.StartAsync();

        var delivery = await older.DeliveryAsync(delivery => delivery.LastError == AttemptError.Payload);
        delivery.Status.Should().Be(DeliveryStatus.Pending);
        (await older.AttemptsAsync()).Single().ErrorMessage.Should().Contain("version 'v3'").And.Contain("does not know");
    }

    [Theory]
    [InlineData(typeof(FlatEnvelope), """{"kind":"invoice.sent","v":"v1","id":"i-1","total":12.5,"end":true}""")]
    [InlineData(typeof(ArrayEnvelope), """[{"meta":{"v":"v1","text":"\u00EB"},"body":{"id":"i-1","total":12.5}}]""")]
    public async Task Payloads_of_the_hosts_own_envelope_are_converted(Type envelope, string expected)
    {
        await using var host = await StartAsync(
            webhooks => webhooks.Services.AddSingleton((IWebhookEnvelope)Activator.CreateInstance(envelope)!));
        await host.AddEndpointAsync(Settings("v1"));

        await host.Publisher.PublishAsync(Invoice);

        (await host.Receiver.ReceivedAsync(1)).Single().Text.Should().Be(expected);
    }

    [Theory]
    [InlineData(typeof(SilentEnvelope), "does not write Version")]
    [InlineData(typeof(TextEnvelope), "does not write the data as it is")]
    [InlineData(typeof(ChoosyEnvelope), "I want more.")]
    public async Task An_envelope_that_payloads_cannot_be_converted_of_stops_the_start_where_there_are_older_versions(Type envelope, string problem)
    {
        await using var host = TestHost.Create(webhooks =>
        {
            AddInvoices(webhooks);
            webhooks.Services.AddSingleton((IWebhookEnvelope)Activator.CreateInstance(envelope)!);
        });
        await using var without = TestHost.Create(
            webhooks => webhooks.Services.AddSingleton((IWebhookEnvelope)Activator.CreateInstance(envelope)!));

        var error = (await host.Invoking(refused => refused.StartAsync()).Should().ThrowAsync<WebhookValidationException>()).Which;

        error.Message.Should().Contain("invoice.sent").And.Contain(envelope.Name).And.Contain(problem);
        await without.StartAsync();
    }

    [Fact]
    public async Task An_endpoint_can_only_have_a_version_of_the_catalog()
    {
        await using var host = await StartAsync();
        await using var without = await TestHost.StartAsync();

        var create = () => host.AddEndpointAsync(Settings("v4"));
        var createWithout = () => without.AddEndpointAsync(Settings("v1"));

        var error = (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single();
        error.Should().BeEquivalentTo(new { Field = "eventVersion", Rule = "known", Value = "v4" });
        error.Message.Should().Contain("v1, v2, v3");
        (await createWithout.Should().ThrowAsync<WebhookValidationException>()).Which.Message.Should().Contain("which has none");
    }

    [Fact]
    public async Task The_applications_version_has_to_be_one_of_the_catalog()
    {
        await using var host = TestHost.Create(webhooks => webhooks.Configure(options => options.EventVersion = "v9"));

        var start = () => host.StartAsync();

        (await start.Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()).Which.Message.Should().Contain("EventVersion 'v9'");
    }

    private static Task<TestHost> StartAsync(Action<IWebhooksBuilder>? configure = null) => TestHost.StartAsync(webhooks =>
    {
        AddInvoices(webhooks);
        configure?.Invoke(webhooks);
    });

    private static void AddInvoices(IWebhooksBuilder webhooks) => webhooks.AddEventType<InvoiceV3>("invoice.sent", type => type
        .WithVersion("v3")
        .WithOlderVersion("v2", (InvoiceV3 invoice) => new InvoiceV2(invoice.Id, invoice.Cents))
        .WithOlderVersion("v1", (InvoiceV2 invoice) => new InvoiceV1(invoice.Id, invoice.Cents / 100m)));

    private static EndpointSettings Settings(string? version) => TestHost.Settings() with { EventVersion = version };

    private sealed record InvoiceV3(string Id, long Cents, string Currency);

    private sealed record InvoiceV2(string Id, long Cents);

    private sealed record InvoiceV1(string Id, decimal Total);

    private sealed record Refund(string Id);

    private sealed class FlatEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", context.EventType);
            writer.WriteString("v", context.Version);
            context.WriteDataProperties(writer);
            writer.WriteBoolean("end", true);
            writer.WriteEndObject();
        }
    }

    private sealed class ArrayEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteStartObject("meta");
            writer.WriteString("v", context.Version);
            writer.WriteString("text", "ë");
            writer.WriteEndObject();
            writer.WritePropertyName("body");
            context.WriteData(writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }

    private sealed class SilentEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context) => context.WriteData(writer);
    }

    private sealed class TextEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context) => writer.WriteStringValue(Convert.ToBase64String(context.Data));
    }

    private sealed class ChoosyEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context) => throw new InvalidOperationException("I want more.");
    }
}
