using System.Globalization;

namespace Webhooks.Crash.Host;

/// <summary>An event that an instance is told to publish. On its way there it is a line.</summary>
/// <param name="Number">Tells it from the others.</param>
/// <param name="TenantId">Whose it is.</param>
/// <param name="EventType">Its type.</param>
/// <param name="Way">How it is published.</param>
/// <param name="HasEventId">Whether it is published with an event id.</param>
public sealed record Order(int Number, string TenantId, string EventType, Way Way, bool HasEventId)
{
    public const string Paid = "order.paid";
    public const string Refunded = "order.refunded";

    public static Order Parse(string line) => line.Split(' ') is [var number, var tenantId, var eventType, var way, var hasEventId]
        ? new Order(int.Parse(number, CultureInfo.InvariantCulture), tenantId, eventType, Enum.Parse<Way>(way), bool.Parse(hasEventId))
        : throw new FormatException($"'{line}' is no order.");

    public string ToLine() => $"{Number} {TenantId} {EventType} {Way} {HasEventId}";
}

/// <summary>How an event is published.</summary>
public enum Way
{
    /// <summary>Without a transaction of the host's.</summary>
    Alone,

    /// <summary>In a transaction with a row of the host's, which is committed.</summary>
    Committed,

    /// <summary>In a transaction with a row of the host's, which is rolled back.</summary>
    RolledBack,

    /// <summary>In a transaction with a row of the host's, which stays open for long and is then rolled back.</summary>
    LeftOpen,
}
