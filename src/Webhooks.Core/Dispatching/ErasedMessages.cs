using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What was erased while deliveries of it were leased to this process. It is remembered as long as such a lease can last: a delivery
/// that was on its way from the store at that moment is met again here.
/// </summary>
internal sealed class ErasedMessages(IOptions<WebhooksOptions> options, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<(string TenantId, string? MessageId), DateTimeOffset> _erased = [];
    private long _latest = long.MinValue;

    /// <summary>Remembers a message, or all of a tenant's that were published up to now.</summary>
    public void Add(string tenantId, string? messageId)
    {
        var now = timeProvider.GetNow();
        foreach (var (key, erasedAt) in _erased)
        {
            if (End(erasedAt) < now)
            {
                _erased.TryRemove(key, out _);
            }
        }

        _erased[(tenantId, messageId)] = now;
        Volatile.Write(ref _latest, End(now).UtcTicks);
    }

    /// <summary>Whether a delivery must not be attempted. If it is one that was published just then, its lease runs out.</summary>
    public bool Covers(LeasedDelivery delivery, DateTimeOffset now)
    {
        if (now.UtcTicks > Volatile.Read(ref _latest))
        {
            return false;
        }

        var message = delivery.Message;
        return _erased.ContainsKey((message.TenantId, message.Id))
            || (_erased.TryGetValue((message.TenantId, null), out var erasedAt) && message.CreatedAt <= erasedAt);
    }

    private DateTimeOffset End(DateTimeOffset erasedAt) => erasedAt + options.Value.Dispatcher.LeaseDuration;
}
