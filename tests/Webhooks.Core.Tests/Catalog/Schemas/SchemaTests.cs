using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks.Catalog;
using Webhooks.Core.Tests.Engine;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Catalog.Schemas;

/// <summary>What the schemas say is what is sent.</summary>
public sealed partial class SchemaTests
{
    [Fact]
    public void What_is_always_written_is_required_and_what_can_be_null_says_so() =>
        Data<Thing>().Should().Be(
            """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":"string"},"note":{"type":["string","null"]},"count":{"type":"integer"},"share":{"type":["number","null"]},"left":{"type":"string"},"zero":{"type":"integer"}},"required":["id","note","count","share"]}""");

    [Fact]
    public void Numbers_are_strings_only_where_they_are_written_so()
    {
        Data<Numbers>().Should().Contain("\"plain\":{\"type\":\"integer\"}").And.Contain("\"text\":{\"type\":\"string\",\"pattern\":");
        Data<Numbers>(json => json.NumberHandling = JsonNumberHandling.WriteAsString).Should().Contain("\"plain\":{\"type\":\"string\",\"pattern\":");
    }

    [Fact]
    public void Descriptions_come_from_attributes_and_that_of_a_property_wins() =>
        Data<Described>().Should()
            .Contain("\"description\":\"The whole.\"")
            .And.Contain("\"a\":{\"description\":\"Of the type.\",")
            .And.Contain("\"b\":{\"description\":\"Of the property.\",")
            .And.Contain("\"c\":{\"description\":\"Anything.\"}")
            .And.Contain("\"old\":{\"type\":\"string\",\"deprecated\":true}");

    [Fact]
    public void A_type_that_holds_itself_refers_to_itself() =>
        Data<ExampleCatalog.Category>().Should().Contain("\"children\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/properties/children/items\"}}");

    [Fact]
    public void References_lead_to_the_data_inside_the_payload()
    {
        var payload = Exporter(webhooks => webhooks.AddEventType<ExampleCatalog.Category>("x")).GetPayloadSchema("x");

        payload.ToJsonString().Should().Contain("\"$ref\":\"#/properties/data/properties/children/items\"");
    }

    [Fact]
    public void Derived_types_are_told_apart_by_their_discriminator() =>
        Data<ExampleCatalog.Payment>().Should().Contain(
            """["kind"],"anyOf":[{"properties":{"kind":{"const":"card"},"lastDigits":{"type":"string"}},"required":["lastDigits"]},""");

    [Fact]
    public void Metadata_of_the_hosts_own_context_is_honoured()
    {
        var exporter = Exporter(webhooks => webhooks.AddEventType("x", SchemaTestsJson.Default.Generated));

        exporter.GetDataSchema("x").ToJsonString().Should()
            .Contain("\"first_name\":{\"description\":\"Of the property.\",\"type\":\"string\"}")
            .And.Contain("\"required\":[\"first_name\"]")
            .And.Contain("\"left_out\":{\"type\":\"string\"}");
    }

    [Fact]
    public void The_payload_is_the_standard_envelope_around_the_data() =>
        Exporter(webhooks => webhooks.AddEventType<Money>("x", type => type.WithVersion("v1"))).GetPayloadSchema("x").ToJsonString().Should().Be(
            """{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"x","type":"object","properties":{"type":{"type":"string","const":"x","description":"The event type."},"version":{"type":"string","const":"v1","description":"The version of the data\u0027s form."},"timestamp":{"type":"string","format":"date-time","description":"When the event happened."},"data":{"type":"object","properties":{"cents":{"type":"integer"}},"required":["cents"]}},"required":["type","version","timestamp","data"]}""");

    [Fact]
    public void The_payload_of_the_hosts_own_envelope_is_found_out()
    {
        var exporter = Exporter(webhooks =>
        {
            webhooks.AddEventType<Money>("x");
            webhooks.Services.AddSingleton<IWebhookEnvelope, OwnEnvelope>();
        });

        exporter.GetPayloadSchema("x").ToJsonString().Should().Be(
            """{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"x","allOf":[{"type":"object","properties":{"event":{"type":"string","const":"x","description":"The event type."},"key":{"type":["string","null"],"description":"The event\u0027s id."},"live":{"type":"boolean"},"rank":{"type":"number"}},"required":["event","live","rank"]},{"type":"object","properties":{"cents":{"type":"integer"}},"required":["cents"]}]}""");
    }

    [Fact]
    public void A_schema_is_asked_for_by_names_of_the_catalog()
    {
        var exporter = Exporter(webhooks => webhooks.AddEventType<Money>("x"));

        exporter.Invoking(known => known.GetPayloadSchema("y")).Should().Throw<WebhookValidationException>().Which.Message.Should().Contain("Did you mean 'x'?");
        exporter.Invoking(known => known.GetDataSchema("x", "v1")).Should().Throw<WebhookValidationException>().Which.Message.Should().Contain("version");
    }

    [Fact]
    public async Task An_example_that_its_type_does_not_allow_stops_the_start_and_is_named_with_its_place()
    {
        var example = new ExampleCatalog.Category("Shoes", [new ExampleCatalog.Category(null!, [], null)], null);
        await using var host = TestHost.Create(webhooks => webhooks.AddEventType<ExampleCatalog.Category>("x", type => type.WithExample(example, "shoes")));

        var error = (await host.Invoking(refused => refused.StartAsync()).Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single();

        error.Should().BeEquivalentTo(new { Field = "eventType.examples", Rule = "example", Value = "shoes" });
        error.Message.Should().Contain("'x'").And.Contain(nameof(ExampleCatalog.Category)).And.Contain("$.children[0].name is null");
    }

    [Fact]
    public async Task An_example_that_cannot_be_made_older_stops_the_start()
    {
        await using var host = TestHost.Create(webhooks => webhooks.AddEventType<Money>("x", type => type
            .WithVersion("v2")
            .WithExample(new Money(1))
            .WithOlderVersion<Money, Thing>("v1", static _ => throw new InvalidOperationException("No."))));

        var error = (await host.Invoking(refused => refused.StartAsync()).Should().ThrowAsync<WebhookValidationException>()).Which;

        error.Message.Should().Contain("'x' in version 'v2'").And.Contain("InvalidOperationException: No.");
    }

    [Fact]
    public async Task The_examples_of_a_whole_catalog_are_right()
    {
        await using var host = TestHost.Create(webhooks =>
        {
            webhooks.Services.RemoveAll<EventType>();
            webhooks.AddExampleCatalog();
        });

        await host.Invoking(right => right.StartAsync()).Should().NotThrowAsync();
    }

    private static string Data<T>(Action<JsonSerializerOptions>? json = null) =>
        Exporter(webhooks => webhooks.AddEventType<T>("x").ConfigureJson(options => json?.Invoke(options))).GetDataSchema("x").ToJsonString();

    private static IEventCatalogExporter Exporter(Action<IWebhooksBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddWebhooks(configure);
        return services.BuildServiceProvider().GetRequiredService<IEventCatalogExporter>();
    }

    private sealed record Money(long Cents);

    private sealed record Thing(string Id, string? Note, int Count, double? Share)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Left { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public int Zero { get; init; }

        [JsonIgnore]
        public string Never { get; init; } = "";

        [JsonIgnore]
        public string Kept { get; private set; } = "";

        public string Written
        {
            set => Kept = value;
        }
    }

    private sealed record Numbers(int Plain)
    {
        [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
        public int Text { get; init; }
    }

    [Description("Of the type.")]
    private sealed record Part(int X);

    [Description("The whole.")]
    private sealed record Described(Part A, [property: Description("Of the property.")] Part B, [property: Description("Anything.")] JsonElement C)
    {
        [Obsolete("Gone soon.")]
        public string Old { get; init; } = "";
    }

    internal sealed record Generated([property: Description("Of the property.")] string FirstName)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? LeftOut { get; init; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Generated))]
    internal sealed partial class SchemaTestsJson : JsonSerializerContext;

    private sealed class OwnEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
        {
            writer.WriteStartObject();
            writer.WriteString("event", context.EventType);
            if (context.EventId is { } id)
            {
                writer.WriteString("key", id);
            }

            writer.WriteBoolean("live", true);
            writer.WriteNumber("rank", 1);
            context.WriteDataProperties(writer);
            writer.WriteEndObject();
        }
    }
}
