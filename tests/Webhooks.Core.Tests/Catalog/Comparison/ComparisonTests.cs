using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;
using Webhooks.Catalog.Comparison;
using Rule = Webhooks.Catalog.Comparison.EventCatalogRule;

namespace Webhooks.Core.Tests.Catalog.Comparison;

/// <summary>What a host hears when its catalog changes.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void A_catalog_does_not_differ_from_itself()
    {
        var catalog = Export(webhooks => webhooks.AddExampleCatalog());

        EventCatalogSnapshot.Compare(catalog, catalog).Changes.Should().BeEmpty();
    }

    [Fact]
    public void An_event_type_that_is_gone_breaks_and_a_new_one_does_not()
    {
        var comparison = Compare(webhooks => webhooks.AddEventType("a").AddEventType("b"), webhooks => webhooks.AddEventType("b").AddEventType("c"));

        comparison.Changes.Should().BeEquivalentTo(
        [
            new { EventType = "a", Rule = Rule.EventTypeRemoved, IsBreaking = true },
            new { EventType = "c", Rule = Rule.EventTypeAdded, IsBreaking = false },
        ]);
        comparison.Invoking(broken => broken.ThrowIfBreaking()).Should().Throw<EventCatalogBreakException>()
            .Which.Message.Should().Contain("a: is gone. Deprecate it first").And.NotContain("is new");
    }

    [Fact]
    public void A_deprecation_is_told_and_breaks_nobody() =>
        Compare(webhooks => webhooks.AddEventType("a"), webhooks => webhooks.AddEventType("b").AddEventType("a", type => type.Deprecate("b")))
            .Changes.Should().ContainEquivalentOf(new { EventType = "a", Rule = Rule.EventTypeDeprecated, IsBreaking = false });

    [Fact]
    public void Fields_are_compared_from_the_readers_side() =>
        Compare<Before, After>().Changes.Select(change => (change.Path, change.Rule, change.IsBreaking)).Should().BeEquivalentTo(
            new (string?, Rule, bool)[]
            {
                ("$.data.gone", Rule.FieldRemoved, true),
                ("$.data.added", Rule.FieldAdded, false),
                ("$.data.nowNull", Rule.MayBeNull, true),
                ("$.data.neverNull", Rule.NeverNull, false),
                ("$.data.otherType", Rule.TypeChanged, true),
                ("$.data.onlyWhole", Rule.TypeNarrowed, false),
                ("$.data.format", Rule.ConstraintChanged, true),
                ("$.data.lines[*].sku", Rule.MayBeMissing, true),
                ("$.data.lines[*].note", Rule.AlwaysThere, false),
                ("$.data.map.*", Rule.TypeChanged, true),
                ("$.data.color", Rule.ValueAdded, true),
                ("$.data.size", Rule.ValueRemoved, false),
                ("$.data.payment", Rule.FormAdded, true),
                ("$.data.payment", Rule.FormRemoved, false),
                ("$.data.payment.digits", Rule.FieldRemoved, true),
                ("$.data.payment.number", Rule.FieldAdded, false),
            });

    [Fact]
    public void What_breaks_says_what_to_do() =>
        Compare<Before, After>().Breaking.Should().OnlyContain(change => change.Message.Contains("WithOlderVersion"));

    [Fact]
    public void A_new_form_with_the_old_one_kept_breaks_nobody_who_has_a_version()
    {
        Action<IWebhooksBuilder> before = webhooks => webhooks.AddEventType<Before>("x");
        Action<IWebhooksBuilder> after = webhooks => webhooks.AddEventType<After>("x", type => type
            .WithVersion("v2").WithOlderVersion<After, Before>("v1", static _ => throw new NotSupportedException()));

        Compare(before, webhooks => after(webhooks.Configure(options => options.EventVersion = "v1"))).IsCompatible.Should().BeTrue();
        var forAll = Compare(before, after);

        forAll.IsCompatible.Should().BeFalse("endpoints without a version get the new form");
        forAll.Breaking.Should().OnlyContain(change => change.Version == null);
    }

    [Fact]
    public void A_version_that_is_gone_breaks_its_endpoints() =>
        Compare(
            webhooks => webhooks.AddEventType<After>("x", type => type
                .WithVersion("v2").WithOlderVersion<After, Before>("v1", static _ => throw new NotSupportedException())),
            webhooks => webhooks.AddEventType<After>("x", type => type.WithVersion("v2")))
            .Breaking.Should().Contain(change => change.Rule == Rule.VersionRemoved && change.Version == "v1");

    [Fact]
    public void A_new_version_has_to_be_newer_than_all_of_the_catalog()
    {
        Action<IWebhooksBuilder> others = webhooks => webhooks.AddEventType<Small>("y", type => type.WithVersion("v5"));

        Compare(
            webhooks => others(webhooks.AddEventType<Small>("x", type => type.WithVersion("v1"))),
            webhooks => others(webhooks.AddEventType<Small>("x", type => type
                .WithVersion("v4").WithOlderVersion<Small, Small>("v1", static small => small))))
            .Breaking.Should().Contain(change => change.Rule == Rule.VersionNotNewest && change.Version == "v4" && change.Message.Contains("'v5'"));
    }

    [Fact]
    public void Another_envelope_breaks_everybody() =>
        Compare(
            webhooks => webhooks.AddEventType<Small>("x"),
            webhooks => webhooks.AddEventType<Small>("x").Services.AddSingleton<Webhooks.Publishing.IWebhookEnvelope, BareEnvelope>())
            .Breaking.Select(change => change.Path).Should().Contain(["$.type", "$.timestamp", "$.data"]);

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"format":2,"eventTypes":[]}""")]
    public void What_is_no_catalog_is_refused(string text)
    {
        var compare = () => EventCatalogSnapshot.Compare(text, text);

        compare.Should().Throw<ArgumentException>().Which.Message.Should().Contain("ToJson");
    }

    private static EventCatalogComparison Compare<TBefore, TAfter>() =>
        Compare(webhooks => webhooks.AddEventType<TBefore>("x"), webhooks => webhooks.AddEventType<TAfter>("x"));

    private static EventCatalogComparison Compare(Action<IWebhooksBuilder> before, Action<IWebhooksBuilder> after) =>
        EventCatalogSnapshot.Compare(Export(before), Export(after));

    private static string Export(Action<IWebhooksBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddWebhooks(configure);
        return services.BuildServiceProvider().GetRequiredService<IEventCatalogExporter>().ToJson();
    }

    private sealed class BareEnvelope : Webhooks.Publishing.IWebhookEnvelope
    {
        public void Write(System.Text.Json.Utf8JsonWriter writer, Webhooks.Publishing.WebhookEnvelopeContext context) => context.WriteData(writer);
    }
}
