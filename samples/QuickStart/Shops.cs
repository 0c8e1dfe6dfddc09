using Webhooks.Dispatching;

namespace QuickStart;

/// <summary>Three shops are the tenants. Each has a partner whose server works and one whose server is in trouble.</summary>
internal static class Shops
{
    public static IReadOnlyList<string> Tenants { get; } = ["bakery", "bookshop", "florist"];

    public static IReadOnlyList<Receiver> CreateReceivers() =>
    [
        new("bakery", "good", Behavior.Good, "*"),
        new("bakery", "flaky", Behavior.FailsTwice, "*"),
        new("bookshop", "good", Behavior.Good, "order.*"),
        new("bookshop", "hanging", Behavior.Hangs, "order.refunded")
        {
            RetrySchedule = new RetrySchedule(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)),
        },
        new("florist", "good", Behavior.Good, "order.*"),
        new("florist", "gone", Behavior.Gone, "order.*"),
    ];
}
