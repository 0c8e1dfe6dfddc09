using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    private const string MessageList = "messages";
    private const string DeliveryList = "deliveries";
    private const string AttemptList = "attempts";

    public Task<WebhookMessage?> GetMessageAsync(string tenantId, string messageId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(FindMessage(tenantId, messageId)?.Message);
        }
    }

    public Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        var before = Position(MessageList, query, ifFirst: long.MaxValue);
        lock (_lock)
        {
            var rows = _tenants.TryGetValue(query.TenantId, out var tenant) ? tenant.MessageLog.NewestFirst(before) : [];
            return Task.FromResult(PageOf(
                MessageList, query, rows.Where(row => IsMatch(query, row.Message)), row => row.Message, row => row.Sequence));
        }
    }

    public Task<WebhookDelivery?> GetDeliveryAsync(string tenantId, string deliveryId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(FindDelivery(tenantId, deliveryId)?.ToDelivery());
        }
    }

    public Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        var before = Position(DeliveryList, query, ifFirst: long.MaxValue);
        lock (_lock)
        {
            var rows = query.MessageId is null
                ? _tenants.TryGetValue(query.TenantId, out var tenant) ? tenant.DeliveryLog.NewestFirst(before) : []
                : (FindMessage(query.TenantId, query.MessageId)?.Deliveries ?? []).Reverse().Where(row => row.Sequence < before);
            return Task.FromResult(PageOf(
                DeliveryList, query, rows.Where(row => IsMatch(query, row)), row => row.ToDelivery(), row => row.Sequence));
        }
    }

    public Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken)
    {
        var filter = new DeliveryQuery { EndpointId = query.EndpointId, Since = query.Since, Until = query.Until };
        lock (_lock)
        {
            var rows = _tenants.TryGetValue(query.TenantId, out var tenant) ? tenant.DeliveryLog.NewestFirst(long.MaxValue) : [];
            var counts = rows.Where(row => IsMatch(filter, row)).Take(query.Limit).CountBy(row => row.Status).ToDictionary();
            return Task.FromResult(DeliveryCounts.Create(
                counts.GetValueOrDefault(DeliveryStatus.Pending),
                counts.GetValueOrDefault(DeliveryStatus.Succeeded),
                counts.GetValueOrDefault(DeliveryStatus.Failed),
                counts.GetValueOrDefault(DeliveryStatus.Canceled),
                query.Limit));
        }
    }

    public Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken)
    {
        var after = Position(AttemptList, query, ifFirst: 0);
        lock (_lock)
        {
            IEnumerable<DeliveryRow> deliveries = query.MessageId is { } messageId
                ? FindMessage(query.TenantId, messageId)?.Deliveries ?? []
                : FindDelivery(query.TenantId, query.DeliveryId!) is { } delivery ? [delivery] : [];

            // A position is a delivery's place in the list and an attempt's number.
            var rows = deliveries.SelectMany((row, place) => row.Attempts.Select(attempt => (Position: ((long)place << 32) | (uint)attempt.Number, attempt)));
            return Task.FromResult(PageOf(
                AttemptList, query, rows.Where(row => row.Position > after), row => row.attempt, row => row.Position));
        }
    }

    private static bool IsMatch(MessageQuery query, WebhookMessage message) =>
        (query.EventType is null || string.Equals(query.EventType, message.EventType, StringComparison.Ordinal))
        && IsBetween(query.Since, message.CreatedAt, query.Until);

    private static bool IsMatch(DeliveryQuery query, DeliveryRow row) =>
        (query.EndpointId is null || string.Equals(query.EndpointId, row.Endpoint.Stored.Endpoint.Id, StringComparison.Ordinal))
        && (query.Status is null || query.Status == row.Status)
        && (query.EventType is null || string.Equals(query.EventType, row.Message.Message.EventType, StringComparison.Ordinal))
        && IsBetween(query.Since, row.Message.Message.CreatedAt, query.Until);

    private static bool IsBetween(DateTimeOffset? since, DateTimeOffset time, DateTimeOffset? until) =>
        (since is null || time >= since) && (until is null || time < until);

    private static long Position(string list, PageQuery query, long ifFirst) =>
        query.Cursor is null ? ifFirst : PageCursor.Decode<long>(list, query.Cursor);

    private static Page<T> PageOf<TRow, T>(
        string list, PageQuery query, IEnumerable<TRow> rows, Func<TRow, T> read, Func<TRow, long> position)
    {
        var found = rows.Take(query.Limit + 1).ToList();
        var next = found.Count > query.Limit ? PageCursor.Encode(list, position(found[query.Limit - 1])) : null;
        return new Page<T>([.. found.Take(query.Limit).Select(read)], next);
    }

    private MessageRow? FindMessage(string tenantId, string messageId) =>
        _tenants.TryGetValue(tenantId, out var tenant) ? tenant.Messages.Find(messageId) : null;

    private DeliveryRow? FindDelivery(string tenantId, string deliveryId) =>
        _deliveries.Find(deliveryId) is { } row
        && string.Equals(row.Message.Message.TenantId, tenantId, StringComparison.Ordinal)
            ? row
            : null;
}
