using Webhooks.Catalog;

namespace Webhooks.Core.Tests.Catalog;

public sealed class EventTypeNameTests
{
    public static TheoryData<string> LongestName() => new(new string('a', 128), new string('a', 126) + ".b");

    [Theory]
    [InlineData("a")]
    [InlineData("ping")]
    [InlineData("order.paid")]
    [InlineData("Order.Paid")]
    [InlineData("billing.invoice-item.line_1.created")]
    [InlineData("1.2.3")]
    [MemberData(nameof(LongestName))]
    public void Segments_of_letters_digits_underscores_and_hyphens_make_a_name(string name) =>
        EventTypeName.IsValid(name).Should().BeTrue();

    public static TheoryData<string> TooLongName() => new(new string('a', 129));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".paid")]
    [InlineData("order.")]
    [InlineData("order..paid")]
    [InlineData("order paid")]
    [InlineData("order/paid")]
    [InlineData("order.paid\n")]
    [InlineData("bestellung.bezahlt-für")]
    [InlineData("order.*")]
    [InlineData("*")]
    [MemberData(nameof(TooLongName))]
    public void Anything_else_is_no_name(string name) => EventTypeName.IsValid(name).Should().BeFalse();

    [Theory]
    [InlineData("order.payed", "order.paid")]
    [InlineData("orders.paid", "order.paid")]
    [InlineData("Order.Paid", "order.paid")]
    [InlineData("order_refunded", "order.refunded")]
    [InlineData("pign", "ping")]
    [InlineData("pi", "ping")]
    public void An_unknown_name_is_answered_with_the_nearest_known_one(string name, string nearest) =>
        EventTypeName.NotInCatalog(name, Catalog("order.paid", "order.refunded", "ping"))
            .Should().Be($"is not in the event catalog. Did you mean '{nearest}'?");

    [Theory]
    [InlineData("x")]
    [InlineData("customer.created")]
    public void A_name_that_is_like_no_known_one_is_answered_with_what_to_do(string name) =>
        EventTypeName.NotInCatalog(name, Catalog("order.paid", "order.refunded", "ping"))
            .Should().Be("is not in the event catalog. Register it with AddEventType.");

    [Fact]
    public void An_empty_catalog_has_no_nearest_name() =>
        EventTypeName.NotInCatalog("order.paid", Catalog())
            .Should().Be("is not in the event catalog. Register it with AddEventType.");

    private static EventCatalog Catalog(params string[] names) => new(names.Select(name => new EventType { Name = name }));
}
