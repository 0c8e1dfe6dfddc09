using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;

namespace Webhooks.Core.Tests.Catalog;

/// <summary>A shop's catalog with everything that payloads have: what documents are made of in tests.</summary>
internal static class ExampleCatalog
{
    public static EventCatalogDocument Document { get; } = new()
    {
        Title = "Shop webhooks",
        Version = "2026.1",
        Description = "What the shop tells other systems.",
    };

    public static IWebhooksBuilder AddExampleCatalog(this IWebhooksBuilder webhooks) => webhooks
        .AddEventType<OrderPaid>("order.paid", type => type
            .WithDescription("An order was paid in full.")
            .WithGroup("Orders")
            .WithTags("money", "orders")
            .WithVersion("v2")
            .WithExample(
                new OrderPaid(
                    "o-1",
                    new Money(1250, Currency.Eur),
                    [new Line("sku-1", 2, null), new Line("sku-2", 1, "A gift.")],
                    new Card("4242"),
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["source"] = "app" })
                { Coupon = "WINTER" },
                "by-card")
            .WithExample(
                new OrderPaid("o-2", new Money(1, Currency.Usd), [], new Transfer("DE00", DateOnly.FromDayNumber(740_000)), null),
                "by-transfer")
            .WithOlderVersion(
                "v1",
                (OrderPaid paid) => new OrderPaidV1(paid.Id, paid.Total.Cents / 100m),
                version => version
                    .WithDescription("The total is a number without a currency.")
                    .WithExample(new OrderPaidV1("o-1", 12.50m))))
        .AddEventType<Category>("catalog.category_moved", type => type
            .WithDescription("A category | all of its children | has another place.")
            .WithGroup("Catalog")
            .WithExample(new Category("Shoes", [new Category("Boots", [], null)], null)))
        .AddEventType<Shipment>("order.shipped", type => type
            .WithDescription("An order left the shop.")
            .WithGroup("Orders")
            .Deprecate("parcel.sent", "It is sent until the end of 2026."))
        .AddEventType<Shipment>("parcel.sent", type => type
            .WithGroup("Orders")
            .WithExample(new Shipment(
                Guid.Parse("6f1c3ab0-6a8e-4a43-9f0e-7a4e3d7c3c11"), new DateTimeOffset(2026, 1, 1, 9, 30, 0, TimeSpan.Zero), 1.5, null)))
        .AddEventType("ping", type => type.WithDescription("Somebody asked for a test."));

    public enum Currency
    {
        Eur,
        Usd,
    }

    public sealed record Money(
        [property: Description("In the smallest unit of the currency.")] long Cents,
        [property: JsonConverter(typeof(JsonStringEnumConverter<Currency>))] Currency Currency);

    [Description("A position of an order.")]
    public sealed record Line(string Sku, int Quantity, string? Note);

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Card), "card")]
    [JsonDerivedType(typeof(Transfer), "transfer")]
    public abstract record Payment;

    public sealed record Card(string LastDigits) : Payment;

    public sealed record Transfer(string Iban, DateOnly ValueDate) : Payment;

    public sealed record OrderPaid(
        [property: Description("The order's id.")] string Id,
        Money Total,
        IReadOnlyList<Line> Lines,
        Payment Payment,
        Dictionary<string, string>? Labels)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        [Description("Left out where there was none.")]
        public string? Coupon { get; init; }
    }

    public sealed record OrderPaidV1(string Id, decimal Total);

    public sealed record Category(string Name, IReadOnlyList<Category> Children, [property: Obsolete("Gone soon.")] string? Color);

    public sealed record Shipment(Guid Id, DateTimeOffset SentAt, double Weight, Uri? Tracking);
}
