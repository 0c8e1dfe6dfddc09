using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Log;

/// <summary>Reads messages for people.</summary>
internal sealed class MessageLog(StoreDatabase database)
{
    private const string ListName = "messages";

    public Task<WebhookMessage?> GetAsync(string tenantId, string messageId, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, cancellation) =>
        {
            var key = RowKey.Message(tenantId, messageId);
            var row = await context.Set<NameRow>().Where(name => name.Key == key).Select(static name => name.Message)
                .SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
            return row is null ? null : MessageReader.Read(row);
        },
        cancellationToken);

    public Task<Page<WebhookMessage>> ListAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        var before = ListPosition.Before(ListName, query.Cursor, query.Until);
        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var tenant = RowKey.Tenant(query.TenantId);
                var rows = context.Set<MessageRow>().Where(row => row.TenantKey == tenant
                    && (row.CreatedAt < before.CreatedAt || (row.CreatedAt == before.CreatedAt && row.Seq < before.Seq)));
                if (query.Since is { } since)
                {
                    var first = Times.FirstNotBefore(since);
                    rows = rows.Where(row => row.CreatedAt >= first);
                }

                if (query.EventType is not null)
                {
                    var eventType = RowKey.EventType(query.EventType);
                    rows = rows.Where(row => row.EventTypeKey == eventType);
                }

                var page = await rows
                    .OrderByDescending(static row => row.CreatedAt)
                    .ThenByDescending(static row => row.Seq)
                    .Take(query.Limit + 1)
                    .ToListAsync(cancellation).ConfigureAwait(false);
                return ListPosition.ToPage(
                    ListName, page.ConvertAll(static row => (new ListPosition(row.CreatedAt, row.Seq, 0), MessageReader.Read(row))), query.Limit);
            },
            cancellationToken);
    }
}
