using Microsoft.Extensions.Options;
using Webhooks.Core.Tests.Engine;
using Webhooks.Signing;

namespace Webhooks.Core.Tests.Signing;

public sealed class SigningSchemeRulesTests
{
    private static readonly SigningScheme Good = SigningScheme.GitHub;

    /// <summary>A scheme that breaks one rule, the field that it is named by, and a word of the rule.</summary>
    public static TheoryData<SigningScheme, string, string> Broken => new()
    {
        { Good with { SignatureHeader = "" }, "SignatureHeader", "name of a header" },
        { Good with { SignatureHeader = "X Signature" }, "SignatureHeader", "'X Signature'" },
        { Good with { SignatureHeader = "X-Signature\r\nX-Evil" }, "SignatureHeader", "name of a header" },
        { Good with { SignatureHeader = "Content-Signature" }, "SignatureHeader", "HTTP itself does not use" },
        { Good with { SignatureHeader = "host" }, "SignatureHeader", "HTTP itself does not use" },
        { Good with { IdHeader = "" }, "IdHeader", "name of a header" },
        { Good with { IdHeader = "Größe" }, "IdHeader", "'Größe'" },
        { Good with { IdHeader = "User-Agent" }, "IdHeader", "HTTP itself does not use" },
        { Good with { TimestampHeader = "" }, "TimestampHeader", "name of a header" },
        { Good with { TimestampHeader = "Date" }, "TimestampHeader", "HTTP itself does not use" },
        { Good with { IdHeader = "x-hub-signature-256" }, "SignatureHeader", "must be another than" },
        { Good with { TimestampHeader = "X-Hub-Signature-256" }, "SignatureHeader", "must be another than" },
        { Good with { IdHeader = "X-A", TimestampHeader = "x-a" }, "SignatureHeader", "must be another than" },
        { Good with { SignedContent = "" }, "SignedContent", "end with '{body}'" },
        { Good with { SignedContent = null! }, "SignedContent", "end with '{body}'" },
        { Good with { SignedContent = "{body}." }, "SignedContent", "end with '{body}'" },
        { Good with { SignedContent = "{Body}" }, "SignedContent", "end with '{body}'" },
        { Good with { SignedContent = "{body}.{body}" }, "SignedContent", "at most once" },
        { Good with { SignedContent = "{url}.{body}" }, "SignedContent", "'{url}.{body}'" },
        { Good with { SignedContent = "{{body}" }, "SignedContent", "each at most once" },
        { Good with { SignedContent = "}{body}" }, "SignedContent", "each at most once" },
        { Good with { SignedContent = "é{body}" }, "SignedContent", "ASCII" },
        { Good with { SignedContent = "\n{body}" }, "SignedContent", "ASCII" },
        { Good with { SignedContent = new string('x', 59) + "{body}" }, "SignedContent", "at most 64" },
        { Good with { SignedContent = "{id}.{id}.{body}", IdHeader = "X-Id" }, "SignedContent", "at most once" },
        { Good with { SignedContent = "{time{id}stamp}{body}", IdHeader = "X-Id", TimestampHeader = "X-Time" }, "SignedContent", "at most once" },
        { Good with { SignedContent = "{id}.{body}" }, "SignedContent", "set IdHeader" },
        { Good with { SignedContent = "{timestamp}.{body}" }, "SignedContent", "set TimestampHeader" },
        { Good with { SignaturePrefix = null! }, "SignaturePrefix", "at most 16" },
        { Good with { SignaturePrefix = new string('x', 17) }, "SignaturePrefix", "at most 16" },
        { Good with { SignaturePrefix = "v1 " }, "SignaturePrefix", "visible ASCII" },
        { Good with { SignaturePrefix = "é" }, "SignaturePrefix", "visible ASCII" },
        { Good with { SignaturePrefix = "v1,", Separator = ',' }, "SignaturePrefix", "must not hold the separator" },
        { SigningScheme.Stripe with { TimestampPrefix = "" }, "TimestampPrefix", "1 to 16" },
        { SigningScheme.Stripe with { TimestampPrefix = new string('x', 17) }, "TimestampPrefix", "1 to 16" },
        { SigningScheme.Stripe with { TimestampPrefix = "t =" }, "TimestampPrefix", "visible ASCII" },
        { SigningScheme.Stripe with { TimestampPrefix = "t,=" }, "TimestampPrefix", "must not hold the separator" },
        { SigningScheme.Stripe with { TimestampPrefix = "v" }, "TimestampPrefix", "neither it nor SignaturePrefix" },
        { SigningScheme.Stripe with { TimestampPrefix = "v1=" }, "TimestampPrefix", "neither it nor SignaturePrefix" },
        { SigningScheme.Stripe with { TimestampPrefix = "v1=t" }, "TimestampPrefix", "neither it nor SignaturePrefix" },
        { SigningScheme.Stripe with { SignaturePrefix = "" }, "TimestampPrefix", "neither it nor SignaturePrefix" },
        { SigningScheme.Stripe with { Separator = null }, "Separator", "must be set where TimestampPrefix is" },
        { SigningScheme.Stripe with { Separator = '|' }, "Separator", "a space, a comma or a semicolon" },
        { Good with { Hash = (SignatureHash)2 }, "Hash", "Sha256 or Sha512" },
        { Good with { Encoding = (SignatureEncoding)2 }, "Encoding", "Hex or Base64" },
        { Good with { Key = (SignatureKeyForm)(-1) }, "Key", "Text or Decoded" },
    };

    public static TheoryData<SigningScheme> AtTheEdge =>
    [
        Good with { SignedContent = new string('x', 58) + "{body}" },
        Good with { SignaturePrefix = new string('x', 16) },
        Good with { SignaturePrefix = "" },
        Good with { Separator = ';' },
        Good with { IdHeader = "X-Id" },
        SigningScheme.Stripe with { TimestampPrefix = new string('x', 16) },
        SigningScheme.Slack with { SignedContent = "{timestamp}{body}" },
        SigningScheme.Svix with { SignedContent = "{timestamp}{id}{body}" },
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_signer_of_a_scheme_that_breaks_a_rule_cannot_be_made(SigningScheme scheme, string field, string rule)
    {
        var error = FluentActions.Invoking(() => new SchemeSigner("mine", scheme))
            .Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle().Which;

        error.Field.Should().Be(field);
        error.Message.Should().Contain(rule);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_scheme_that_breaks_a_rule_stops_the_start(SigningScheme scheme, string field, string rule) =>
        (await RefusalAsync("mine", scheme)).Failures.Should().ContainSingle()
            .Which.Should().Contain($"Signing.Schemes[mine].{field}").And.Contain(rule);

    [Theory]
    [MemberData(nameof(AtTheEdge))]
    public void A_scheme_at_the_edge_of_a_rule_keeps_it(SigningScheme scheme) =>
        FluentActions.Invoking(() => new SchemeSigner("mine", scheme)).Should().NotThrow();

    [Fact]
    public void All_rules_that_a_scheme_breaks_are_named_at_once()
    {
        var scheme = new SigningScheme { SignedContent = "{id}.{timestamp}", Hash = (SignatureHash)9 };

        FluentActions.Invoking(() => new SchemeSigner("mine", scheme)).Should().Throw<WebhookValidationException>()
            .Which.Errors.Select(error => error.Field)
            .Should().Equal("SignatureHeader", "SignedContent", "SignedContent", "SignedContent", "Hash");
    }

    [Theory]
    [InlineData("")]
    [InlineData("my scheme")]
    [InlineData("größe")]
    public async Task A_scheme_whose_name_is_none_stops_the_start(string name) =>
        (await RefusalAsync(name, Good)).Message.Should().Contain($"Signing.Schemes[{name}]").And.Contain("1 to 64");

    [Fact]
    public async Task A_name_has_at_most_64_characters()
    {
        await using var host = await TestHost.WithAsync(options => options.Signing.Schemes[new string('x', 64)] = Good);

        (await RefusalAsync(new string('x', 65), Good)).Message.Should().Contain("1 to 64");
    }

    private static async Task<OptionsValidationException> RefusalAsync(string name, SigningScheme scheme) =>
        (await FluentActions.Awaiting(() => TestHost.WithAsync(options => options.Signing.Schemes[name] = scheme))
            .Should().ThrowAsync<OptionsValidationException>()).Which;
}
