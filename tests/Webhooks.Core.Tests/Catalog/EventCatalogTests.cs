using Webhooks.Catalog;

namespace Webhooks.Core.Tests.Catalog;

public sealed class EventCatalogTests
{
    private static readonly EventType OrderPaid = new() { Name = "order.paid", DataType = typeof(Order) };
    private static readonly EventType OrderRefunded = new() { Name = "order.refunded", DataType = typeof(Order) };
    private static readonly EventType InvoiceDue = new() { Name = "invoice.due", DataType = typeof(Invoice) };
    private static readonly EventType Ping = new() { Name = "ping" };

    [Fact]
    public void Event_types_are_listed_in_the_order_of_their_names() =>
        new EventCatalog([Ping, OrderPaid, InvoiceDue]).EventTypes.Should().Equal(InvoiceDue, OrderPaid, Ping);

    [Fact]
    public void An_event_type_is_found_by_its_exact_name()
    {
        var catalog = new EventCatalog([OrderPaid, Ping]);

        catalog.TryGet("order.paid", out var found).Should().BeTrue();
        found.Should().Be(OrderPaid);
        catalog.TryGet("Order.Paid", out _).Should().BeFalse();
    }

    [Fact]
    public void An_event_type_is_found_by_the_type_of_its_data()
    {
        var catalog = new EventCatalog([OrderPaid, InvoiceDue, Ping]);

        catalog.TryGet(typeof(Invoice), out var found).Should().BeTrue();
        found.Should().Be(InvoiceDue);
        catalog.TryGet(typeof(string), out _).Should().BeFalse();
    }

    [Fact]
    public void A_type_that_several_event_types_share_stands_for_none_of_them() =>
        new EventCatalog([OrderPaid, OrderRefunded, InvoiceDue]).TryGet(typeof(Order), out _).Should().BeFalse();

    [Fact]
    public void A_name_that_is_registered_twice_is_refused()
    {
        var make = () => new EventCatalog([OrderPaid, Ping, OrderPaid with { DataType = typeof(Invoice) }]);

        var error = make.Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle().Which;
        error.Field.Should().Be("eventType");
        error.Rule.Should().Be("unique");
        error.Value.Should().Be("order.paid");
    }

    [Fact]
    public void Names_that_differ_in_case_are_two_event_types() =>
        new EventCatalog([Ping, Ping with { Name = "Ping" }]).EventTypes.Should().HaveCount(2);

    private sealed record Order(string Id);

    private sealed record Invoice(string Id);
}
