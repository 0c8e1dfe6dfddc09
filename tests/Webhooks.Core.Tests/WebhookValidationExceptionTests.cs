namespace Webhooks.Core.Tests;

public sealed class WebhookValidationExceptionTests
{
    [Fact]
    public void The_message_names_field_value_and_rule_of_every_error()
    {
        var exception = new WebhookValidationException(
        [
            new("url", "https", "http://example.com", "must be an absolute https URL."),
            new("eventTypes[1]", "required", value: null, "is missing."),
        ]);

        exception.Message.ReplaceLineEndings("\n").Should().Be(
            "url: must be an absolute https URL. Value: 'http://example.com'. [https]\neventTypes[1]: is missing. [required]");
    }

    [Fact]
    public void A_long_value_is_shortened_to_a_hundred_characters() =>
        new WebhookValidationError("name", "length", new string('x', 5_000), "is too long.").Value
            .Should().Be(new string('x', 100) + "…");

    [Fact]
    public void A_value_of_a_hundred_characters_stands_whole() =>
        new WebhookValidationError("name", "length", new string('x', 100), "is too long.").Value
            .Should().Be(new string('x', 100));
}
