using Webhooks.Filters;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Messages;

/// <summary>What an append tells the database of filters: which were asked, and which of them a message meets.</summary>
internal sealed class FilterAnswers(KnownFilters known)
{
    private Dictionary<(string TenantId, string EventType), PayloadFilter[]>? _asked;

    /// <summary>Looks up what is known of the subscribers of an event type.</summary>
    public void Ask((string TenantId, string EventType) type)
    {
        if (_asked?.ContainsKey(type) is not true && known.Find(type) is { } filters)
        {
            (_asked ??= [])[type] = filters;
        }
    }

    /// <summary>Learns the filters that the subscribers of an event type have.</summary>
    public void Learn((string TenantId, string EventType) type, IEnumerable<string> texts) =>
        (_asked ??= [])[type] = known.Remember(type, texts);

    /// <summary>The keys of the filters that are asked for messages of a type.</summary>
    public string? Asked((string TenantId, string EventType) type) => Find(type) is { } filters ? Join(filters) : null;

    /// <summary>The keys of those that a message meets.</summary>
    public string? Met(WebhookMessage message)
    {
        if (Find((message.TenantId, message.EventType)) is not { } filters)
        {
            return null;
        }

        using var payload = new PayloadMatcher(message.Payload!.Value);
        return Join(Array.FindAll(filters, payload.Meets));
    }

    private PayloadFilter[]? Find((string TenantId, string EventType) type) => _asked?.GetValueOrDefault(type);

    private static string Join(PayloadFilter[] filters) => string.Join(' ', filters.Select(static filter => filter.Key));
}
