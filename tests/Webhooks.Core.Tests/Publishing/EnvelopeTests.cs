using System.Buffers;
using System.Text;
using System.Text.Json;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Publishing;

public sealed class EnvelopeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_standard_payload_is_type_timestamp_and_data() =>
        Write(new StandardEnvelope(), """{"id":"o-1","total":12.50}""", Noon)
            .Should().Be("""{"type":"order.paid","timestamp":"2026-01-02T12:00:00Z","data":{"id":"o-1","total":12.50}}""");

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("12.50")]
    [InlineData("\"text\"")]
    [InlineData("[1,{\"a\":[]}]")]
    public void The_data_may_be_any_json_value_and_is_written_as_it_is(string data) =>
        Write(new StandardEnvelope(), data, Noon)
            .Should().Be($$"""{"type":"order.paid","timestamp":"2026-01-02T12:00:00Z","data":{{data}}}""");

    [Fact]
    public void A_time_elsewhere_is_written_in_utc() =>
        Write(new StandardEnvelope(), "{}", new DateTimeOffset(2026, 1, 2, 1, 30, 0, TimeSpan.FromHours(2)))
            .Should().Contain("\"timestamp\":\"2026-01-01T23:30:00Z\"");

    [Fact]
    public void Fractions_of_a_second_are_kept() =>
        Write(new StandardEnvelope(), "{}", Noon.AddTicks(1_234_567))
            .Should().Contain("\"timestamp\":\"2026-01-02T12:00:00.1234567Z\"");

    [Fact]
    public void A_flat_payload_has_the_datas_properties_beside_its_own() =>
        Write(new FlatEnvelope(), """{"id":"o-1","total":12.50,"paid":true,"note":null}""", Noon)
            .Should().Be("""{"event":"order.paid","id":"o-1","total":12.50,"paid":true,"note":null}""");

    [Fact]
    public void A_flat_payload_of_data_without_properties_has_only_its_own() =>
        Write(new FlatEnvelope(), "{}", Noon).Should().Be("""{"event":"order.paid"}""");

    [Fact]
    public void Nested_values_of_a_flat_payload_are_written_as_they_are() =>
        Write(new FlatEnvelope(), """{"lines":[{"qty": 1},{"sku":"b"}],"by":{"user":{"name":"Zoë"}},"last":[]}""", Noon)
            .Should().Be("""{"event":"order.paid","lines":[{"qty": 1},{"sku":"b"}],"by":{"user":{"name":"Zoë"}},"last":[]}""");

    [Fact]
    public void Escapes_in_names_and_values_of_a_flat_payload_keep_their_meaning()
    {
        const string Data = """{"a\"b\\c":"say \"hi\"\n","\u00EB":"\u00EB \uD83D\uDE00"}""";

        using var payload = JsonDocument.Parse(Write(new FlatEnvelope(), Data, Noon));

        payload.RootElement.GetProperty("a\"b\\c").GetString().Should().Be("say \"hi\"\n");
        payload.RootElement.GetProperty("ë").GetString().Should().Be("ë 😀");
    }

    [Fact]
    public void Data_may_be_nested_as_deep_in_a_flat_payload_as_in_any_other()
    {
        var deep = new string('[', 500) + new string(']', 500);

        Write(new FlatEnvelope(), $$"""{"deep":{{deep}}}""", Noon).Should().Be($$"""{"event":"order.paid","deep":{{deep}}}""");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    public void Only_an_object_has_properties_to_write(string data)
    {
        var write = () => Write(new FlatEnvelope(), data, Noon);

        write.Should().Throw<InvalidOperationException>().WithMessage("*'order.paid' is not a JSON object*");
    }

    [Fact]
    public void An_envelope_can_write_everything_about_the_event() =>
        Write(new NamedEnvelope(), """{"a":1}""", Noon)
            .Should().Be("""{"message":"msg_1","tenant":"acme","event":"order.paid","eventId":"evt-1","body":{"a":1}}""");

    private static string Write(IWebhookEnvelope envelope, string data, DateTimeOffset timestamp)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            envelope.Write(
                writer,
                new WebhookEnvelopeContext("msg_1", "acme", "order.paid", "evt-1", timestamp, Encoding.UTF8.GetBytes(data)));
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private sealed class FlatEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
        {
            writer.WriteStartObject();
            writer.WriteString("event", context.EventType);
            context.WriteDataProperties(writer);
            writer.WriteEndObject();
        }
    }

    private sealed class NamedEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context)
        {
            writer.WriteStartObject();
            writer.WriteString("message", context.MessageId);
            writer.WriteString("tenant", context.TenantId);
            writer.WriteString("event", context.EventType);
            writer.WriteString("eventId", context.EventId);
            writer.WritePropertyName("body");
            context.WriteData(writer);
            writer.WriteEndObject();
        }
    }
}
