using Webhooks.Operations;

namespace Webhooks.Catalog;

/// <summary>The rules of one event type, which do not need the others.</summary>
internal static class EventTypeRules
{
    private const string Field = "eventType";

    public static void Check(EventType eventType)
    {
        if (!EventTypeName.IsValid(eventType.Name))
        {
            throw new WebhookValidationException(
                Field,
                "name",
                eventType.Name,
                $"is not the name of an event type: 1 to {EventTypeName.MaxLength} characters, segments of A-Z, a-z, 0-9, '_' and '-' "
                    + "joined by full stops, such as 'order.paid'.");
        }

        if (eventType.Name.StartsWith(OperationalEventTypes.Prefix, StringComparison.Ordinal))
        {
            throw new WebhookValidationException(
                Field, "reserved", eventType.Name, $"begins with '{OperationalEventTypes.Prefix}', as only operational events do.");
        }

        if (eventType.Version is null)
        {
            if (eventType.OlderVersions.Count > 0)
            {
                throw new WebhookValidationException(
                    Field, "version", eventType.Name, "has older versions, but its own version has no name. Name it with WithVersion.");
            }

            return;
        }

        string? newer = null;
        foreach (var form in EventForm.Of(eventType))
        {
            if (!EventVersionName.IsValid(form.Version))
            {
                throw new WebhookValidationException(Field, "version", form.Version, $"is not a version of '{eventType.Name}': {EventVersionName.Rule}");
            }

            if (newer is not null && EventVersionName.Compare(newer, form.Version!) <= 0)
            {
                throw new WebhookValidationException(
                    Field,
                    "version",
                    form.Version,
                    $"of '{eventType.Name}' is listed after '{newer}' and is not older. List versions from the newest to the oldest.");
            }

            newer = form.Version;
        }
    }
}
