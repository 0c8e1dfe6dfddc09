using Webhooks.Crash.Host;

namespace Webhooks.Crash.Tests.Chaos;

/// <summary>An endpoint and the temper of its receiver.</summary>
/// <param name="TenantId">Whose it is.</param>
/// <param name="Id">Its id, and the path of its receiver.</param>
/// <param name="EventType">What it subscribes to: one type, or <c>*</c>.</param>
/// <param name="Failures">How often the receiver refuses each message.</param>
/// <param name="AnswersAfter">How long the receiver takes.</param>
internal sealed record Subscriber(
    string TenantId, string Id, string EventType, int Failures = 0, TimeSpan AnswersAfter = default)
{
    public static IReadOnlyList<Subscriber> All { get; } =
    [
        new("acme", "acme-all", "*"),
        new("bolt", "bolt-all", "*"),
        new("bolt", "bolt-flaky", Order.Refunded, Failures: 2),
        new("cask", "cask-all", "*"),
        new("cask", "cask-slow", Order.Refunded, AnswersAfter: TimeSpan.FromMilliseconds(200)),
        new("dune", "dune-refunds", Order.Refunded),
    ];

    public static IReadOnlyList<string> Tenants { get; } = [.. All.Select(subscriber => subscriber.TenantId).Distinct()];

    public bool Wants(Order order) => TenantId == order.TenantId && (EventType is "*" || EventType == order.EventType);
}
