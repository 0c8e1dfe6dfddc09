using System.ComponentModel;
using System.Reflection;

namespace Webhooks.Catalog;

/// <summary>Reads what the attributes of one type say. Nothing is searched for.</summary>
internal static class EventTypeAttributes
{
    public static EventType Read(Type dataType)
    {
        var attribute = dataType.GetCustomAttribute<WebhookEventAttribute>() ?? throw new WebhookValidationException(
            "eventType", "attribute", dataType.ToString(), "has no [WebhookEvent] that names it. Add one, or name it in AddEventType.");
        return new EventType
        {
            Name = attribute.Name,
            DataType = dataType,
            Description = attribute.Description ?? dataType.GetCustomAttribute<DescriptionAttribute>()?.Description,
            Group = attribute.Group,
            Tags = [.. attribute.Tags.Distinct(StringComparer.Ordinal)],
            Version = attribute.Version,
            Deprecation = attribute.IsDeprecated || (attribute.Successor ?? attribute.DeprecationReason) is not null
                ? new EventDeprecation(attribute.Successor, attribute.DeprecationReason)
                : null,
        };
    }
}
