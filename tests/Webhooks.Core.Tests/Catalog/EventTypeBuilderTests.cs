using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;

namespace Webhooks.Core.Tests.Catalog;

public sealed class EventTypeBuilderTests
{
    [Fact]
    public void An_event_type_is_described_where_it_is_registered()
    {
        var type = Build(webhooks => webhooks.AddEventType<Paid>("order.paid", type => type
            .WithDescription("Paid.").WithGroup("Orders").WithTags("money", "orders").WithTags("money")
            .WithExample(new Paid("o-1")).WithExample(new Paid("o-2"), "second")
            .Deprecate(reason: "Old.")));

        type.Should().BeEquivalentTo(new
        {
            Name = "order.paid",
            Description = "Paid.",
            Group = "Orders",
            Tags = new[] { "money", "orders" },
            DataType = typeof(Paid),
            Deprecation = new EventDeprecation(null, "Old."),
        });
        type.Examples.Should().Equal(new EventExample("example-1", new Paid("o-1")), new EventExample("second", new Paid("o-2")));
    }

    [Fact]
    public void An_event_type_is_described_by_an_attribute_of_its_data()
    {
        var type = Build(webhooks => webhooks.AddEventType<Shipped>(type => type.WithExample(new Shipped("o-1"))));

        type.Should().BeEquivalentTo(new
        {
            Name = "order.shipped",
            Description = "It left.",
            Group = "Orders",
            Tags = new[] { "parcels" },
            Version = "v2",
            DataType = typeof(Shipped),
            Deprecation = new EventDeprecation("parcel.sent", "Soon."),
        });
        type.Examples.Should().ContainSingle();
    }

    [Fact]
    public void A_type_without_the_attribute_has_to_be_named()
    {
        var add = () => Build(webhooks => webhooks.AddEventType<Paid>());

        add.Should().Throw<WebhookValidationException>().Which.Message.Should().Contain("[WebhookEvent]");
    }

    [Fact]
    public void A_data_type_can_have_its_examples_with_it() =>
        Build(webhooks => webhooks.AddEventType<Shipped>("x", type => type.WithExamples())).Examples
            .Should().Equal(new EventExample("example-1", new Shipped("o-9")));

    [Fact]
    public void Versions_go_from_the_newest_to_the_oldest()
    {
        var add = () => Build(webhooks => webhooks.AddEventType<Paid>("order.paid", type => type
            .WithVersion("v9").WithOlderVersion("v10", (Paid paid) => new Shipped(paid.Id))));

        add.Should().Throw<WebhookValidationException>().Which.Message.Should().Contain("'v9' and is not older");
    }

    [Fact]
    public void Each_version_is_made_of_the_one_before_it()
    {
        var add = () => Build(webhooks => webhooks.AddEventType<Paid>("order.paid", type => type
            .WithVersion("v3")
            .WithOlderVersion("v2", (Paid paid) => new Shipped(paid.Id))
            .WithOlderVersion("v1", (Paid paid) => new Shipped(paid.Id))));

        add.Should().Throw<WebhookValidationException>().Which.Message.Should().Contain("each made of the one before it");
    }

    [Theory]
    [InlineData("")]
    [InlineData("v 1")]
    [InlineData("v1@x")]
    public void A_version_is_of_few_characters(string version)
    {
        var add = () => Build(webhooks => webhooks.AddEventType<Paid>("order.paid", type => type.WithVersion(version)));

        add.Should().Throw<WebhookValidationException>().Which.Errors.Single().Rule.Should().Be("version");
    }

    [Fact]
    public void Older_versions_need_a_version_that_is_newer()
    {
        var add = () => Build(webhooks => webhooks.AddEventType<Paid>(
            "order.paid", type => type.WithOlderVersion("v1", (Paid paid) => new Shipped(paid.Id))));

        add.Should().Throw<WebhookValidationException>().Which.Message.Should().Contain("WithVersion");
    }

    [Theory]
    [InlineData("v1", "v2")]
    [InlineData("v9", "v10")]
    [InlineData("2025-12-31", "2026-01-01")]
    [InlineData("1.9", "1.10")]
    [InlineData("v1", "v1.1")]
    public void Versions_are_in_the_order_that_people_expect(string older, string newer)
    {
        EventVersionName.Compare(older, newer).Should().BeNegative();
        EventVersionName.Compare(newer, older).Should().BePositive();
        EventVersionName.Compare(older, older).Should().Be(0);
    }

    [Theory]
    [InlineData("order.gone")]
    [InlineData("order.paid")]
    public void A_successor_is_another_event_type_of_the_catalog(string successor)
    {
        var make = () => new EventCatalog([new EventType { Name = "order.paid", Deprecation = new EventDeprecation(successor, null) }]);

        make.Should().Throw<WebhookValidationException>().Which.Errors.Single().Rule.Should().Be("successor");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public void The_name_of_an_example_is_of_few_characters(string name)
    {
        var add = () => Build(webhooks => webhooks.AddEventType<Paid>("order.paid", type => type.WithExample(new Paid("o-1"), name)));

        add.Should().Throw<WebhookValidationException>().Which.Errors.Single().Field.Should().Be("example");
    }

    private static EventType Build(Action<IWebhooksBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddWebhooks(add);
        return (EventType)services.Single(service => service.ServiceType == typeof(EventType)).ImplementationInstance!;
    }

    private sealed record Paid(string Id);

    [WebhookEvent("order.shipped", Group = "Orders", Tags = ["parcels"], Version = "v2", Successor = "parcel.sent", DeprecationReason = "Soon.")]
    [Description("It left.")]
    private sealed record Shipped(string Id) : IEventExamples<Shipped>
    {
        public static IReadOnlyList<Shipped> Examples => [new("o-9")];
    }
}
