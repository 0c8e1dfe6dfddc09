using System.Globalization;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Notifications;

/// <summary>What instances tell each other.</summary>
internal static class Notification
{
    /// <summary>Something is due that nobody has leased; with a time in Unix milliseconds behind it, it will be then.</summary>
    public const string Due = "due";

    /// <summary>Neither tenants nor endpoint ids hold control characters.</summary>
    private const char Separator = '\n';

    /// <summary>Something will be due at a time that nobody has leased.</summary>
    public static string ForDueAt(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Due}{Separator}{time.ToUnixTimeMilliseconds()}");

    /// <summary>Reads when something will be due that nobody has leased.</summary>
    /// <returns>Null when the text says something else.</returns>
    public static DateTimeOffset? ReadDueAt(string text) =>
        text.Split(Separator) is [Due, var milliseconds] && long.TryParse(milliseconds, CultureInfo.InvariantCulture, out var time)
            ? DateTimeOffset.FromUnixTimeMilliseconds(time)
            : null;

    public static string ForChangeOf(EndpointKey key) => $"endpoint{Separator}{key.TenantId}{Separator}{key.EndpointId}";

    /// <summary>
    /// A transaction of the host's was committed that holds deliveries for a paused endpoint. The pause may have ended since
    /// it looked.
    /// </summary>
    public static string ForHeld(EndpointKey key) => $"held{Separator}{key.TenantId}{Separator}{key.EndpointId}";

    /// <summary>A message's payload, or everything of a tenant, was erased.</summary>
    public static string ForErasureOf(string tenantId, string? messageId) => $"erased{Separator}{tenantId}{Separator}{messageId}";

    /// <summary>Reads what was erased: a message, or a tenant where there is none.</summary>
    /// <returns>Null when the text says something else.</returns>
    public static (string TenantId, string? MessageId)? ReadErasure(string text) =>
        text.Split(Separator) is ["erased", var tenantId, var messageId] ? (tenantId, messageId.Length > 0 ? messageId : null) : null;

    /// <summary>Reads for which endpoint something is held.</summary>
    /// <returns>Null when the text says something else.</returns>
    public static EndpointKey? ReadHeld(string text) =>
        text.Split(Separator) is ["held", var tenantId, var endpointId] ? new EndpointKey(tenantId, endpointId) : null;

    /// <summary>Reads which endpoint changed.</summary>
    /// <returns>Null when the text says something else.</returns>
    public static EndpointKey? ReadChange(string text) =>
        text.Split(Separator) is ["endpoint", var tenantId, var endpointId] ? new EndpointKey(tenantId, endpointId) : null;
}
