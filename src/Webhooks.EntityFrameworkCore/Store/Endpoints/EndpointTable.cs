using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Deliveries;
using Webhooks.EntityFrameworkCore.Store.Log;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Endpoints;

/// <summary>Reads and changes endpoints.</summary>
internal sealed class EndpointTable(StoreDatabase database, MessageAppender messages)
{
    private const string ListName = "endpoints";

    public Task<bool> InsertAsync(StoredEndpoint stored, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var endpoint = stored.Endpoint;
            var key = KeyOf(stored.Key);
            if (await context.Set<EndpointRow>().AnyAsync(row => row.Key == key, cancellation).ConfigureAwait(false))
            {
                return false;
            }

            var row = new EndpointRow
            {
                Key = key,
                TenantKey = RowKey.Tenant(endpoint.TenantId),
                TenantId = endpoint.TenantId,
                Id = endpoint.Id,
                CreatedAt = endpoint.CreatedAt.ToMilliseconds(),
            };
            Write(row, stored);
            context.Add(row);
            Subscribe(context, key, endpoint);
            await messages.SaveAsync(context, Announcements(stored.Announcement), cancellation).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task<StoredEndpoint?> GetAsync(EndpointKey endpoint, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, cancellation) =>
        {
            var key = KeyOf(endpoint);
            var row = await context.Set<EndpointRow>().SingleOrDefaultAsync(row => row.Key == key, cancellation).ConfigureAwait(false);
            return row is null
                ? null
                : new StoredEndpoint(Read(row), row.Secrets) { SecretsExpireAt = row.SecretsExpireAt.ToTime() };
        },
        cancellationToken);

    public Task<Page<WebhookEndpoint>> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var before = ListPosition.Before(ListName, query.Cursor, until: null);
        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var tenant = RowKey.Tenant(query.TenantId);
                var rows = context.Set<EndpointRow>().Where(row => row.TenantKey == tenant
                    && (row.CreatedAt < before.CreatedAt || (row.CreatedAt == before.CreatedAt && row.Seq < before.Seq)));
                if (query.Status is { } status)
                {
                    rows = rows.Where(row => row.Status == (int)status);
                }

                var page = await rows
                    .OrderByDescending(static row => row.CreatedAt)
                    .ThenByDescending(static row => row.Seq)
                    .Take(query.Limit + 1)
                    .ToListAsync(cancellation).ConfigureAwait(false);
                return ListPosition.ToPage(
                    ListName, page.ConvertAll(static row => (new ListPosition(row.CreatedAt, row.Seq, 0), Read(row))), query.Limit);
            },
            cancellationToken);
    }

    public Task<bool> ReplaceAsync(StoredEndpoint stored, long expectedVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                var key = KeyOf(stored.Key);
                var row = await context.Set<EndpointRow>().AsTracking()
                    .SingleOrDefaultAsync(row => row.Key == key, cancellation).ConfigureAwait(false);
                if (row is null || row.Version != expectedVersion)
                {
                    return false;
                }

                if (row.Status != (int)EndpointStatus.Enabled && stored.Endpoint.Status == EndpointStatus.Enabled)
                {
                    row.FailingSince = null;
                    if (!stored.Endpoint.Settings.IsOrdered || row.PausedBy is null)
                    {
                        row.PausedUntil = stored.Endpoint.UpdatedAt.ToMilliseconds();
                        row.PausedBy = null;
                        row.PauseReason = (int)PauseReason.Backlog;
                    }
                }

                Write(row, stored);
                await context.Set<SubscriptionRow>().Where(subscription => subscription.EndpointKey == key)
                    .ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
                Subscribe(context, key, stored.Endpoint);
                await messages.SaveAsync(context, Announcements(stored.Announcement), cancellation).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<EndpointKey>>(
            async (context, cancellation) =>
            {
                var time = now.ToMilliseconds();
                var rows = await context.Set<EndpointRow>()
                    .Where(row => row.SecretsExpireAt <= time)
                    .OrderBy(static row => row.SecretsExpireAt)
                    .Take(limit)
                    .Select(static row => new { row.TenantId, row.Id })
                    .ToListAsync(cancellation).ConfigureAwait(false);
                return rows.ConvertAll(static row => new EndpointKey(row.TenantId, row.Id));
            },
            cancellationToken);

    public Task<bool> DeleteAsync(
        EndpointKey endpoint, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                var key = KeyOf(endpoint);
                var rate = RowKey.Rate(endpoint.TenantId, endpoint.EndpointId);
                var deleted = await context.Set<EndpointRow>()
                    .Where(row => row.Key == key && (expectedVersion == null || row.Version == expectedVersion))
                    .ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
                if (deleted == 0)
                {
                    return false;
                }

                await context.Set<SubscriptionRow>().Where(row => row.EndpointKey == key).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
                await context.Set<RateRow>().Where(row => row.Key == rate).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
                await Ender.CancelAsync(
                    context.Set<DeliveryRow>().Where(row => row.EndpointKey == key),
                    now.ToMilliseconds(),
                    CancelReason.EndpointDeleted,
                    cancellation).ConfigureAwait(false);
                await messages.SaveAsync(context, Announcements(announcement), cancellation).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<int> CancelPendingAsync(EndpointKey endpoint, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.RunAsync(
            async (context, cancellation) =>
            {
                var key = KeyOf(endpoint);
                var canceled = 0;
                while (canceled < limit)
                {
                    var seqs = await context.Set<DeliveryRow>()
                        .Where(row => row.EndpointKey == key && row.Status == (int)DeliveryStatus.Pending)
                        .OrderBy(static row => row.Seq)
                        .Select(static row => row.Seq)
                        .Take(Math.Min(limit - canceled, StoreDatabase.MaxKeys))
                        .ToListAsync(cancellation).ConfigureAwait(false);
                    if (seqs.Count == 0)
                    {
                        break;
                    }

                    canceled += await Ender.CancelAsync(
                        context.Set<DeliveryRow>().Where(row => seqs.Contains(row.Seq)),
                        now.ToMilliseconds(),
                        CancelReason.Dropped,
                        cancellation).ConfigureAwait(false);
                }

                return canceled;
            },
            cancellationToken);

    public Task<bool> PauseAsync(EndpointPause pause, CancellationToken cancellationToken)
    {
        var key = KeyOf(pause.Endpoint);
        var until = pause.Until.ToMilliseconds();
        Guid? owner = pause.Owner is null ? null : RowKey.Owner(pause.Owner);
        var reason = (int)pause.Reason;
        var version = pause.EndpointVersion;
        return database.RunAsync(
            async (context, cancellation) => await context.Set<EndpointRow>()
                .Where(row => row.Key == key
                    && (version == null || row.Version == version)
                    && (row.PausedUntil == null
                        || row.PauseReason == (int)PauseReason.Backlog
                        || (reason != (int)PauseReason.Backlog && row.PausedUntil < until))
                    && (!row.IsOrdered || reason != (int)PauseReason.Backlog || row.PausedBy == null || row.PausedBy == owner))
                .ExecuteUpdateAsync(
                    update => update
                        .SetProperty(static row => row.PausedUntil, until)
                        .SetProperty(static row => row.PausedBy, owner)
                        .SetProperty(static row => row.PauseReason, reason),
                    cancellation).ConfigureAwait(false) > 0,
            cancellationToken);
    }

    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken) => database.RunAsync(
        async (context, cancellation) =>
        {
            foreach (var mark in marks)
            {
                var key = KeyOf(mark.Endpoint);
                var rows = context.Set<EndpointRow>().Where(row => row.Key == key);
                var since = mark.FailingSince?.ToMilliseconds();
                rows = since is null ? rows.Where(static row => row.FailingSince != null) : rows.Where(static row => row.FailingSince == null);
                await rows.ExecuteUpdateAsync(update => update.SetProperty(static row => row.FailingSince, since), cancellation).ConfigureAwait(false);
            }

            return marks.Count;
        },
        cancellationToken);

    private static IReadOnlyList<WebhookMessage> Announcements(WebhookMessage? announcement) => announcement is null ? [] : [announcement];

    private static Guid KeyOf(EndpointKey endpoint) => RowKey.Endpoint(endpoint.TenantId, endpoint.EndpointId);

    private static void Write(EndpointRow row, StoredEndpoint stored)
    {
        var endpoint = stored.Endpoint;
        row.Version = endpoint.Version;
        row.Status = (int)endpoint.Status;
        row.DisabledReason = endpoint.DisabledReason;
        row.UpdatedAt = endpoint.UpdatedAt.ToMilliseconds();
        row.IsOrdered = endpoint.Settings.IsOrdered;
        row.Channels = ChannelList.Write(endpoint.Settings.Channels);
        row.Filter = endpoint.Settings.Filter;
        row.Settings = EndpointDocument.Write(endpoint.Settings);
        row.Secrets = stored.Secrets;
        row.SecretsExpireAt = stored.SecretsExpireAt?.ToMilliseconds();
    }

    private static void Subscribe(DbContext context, Guid key, WebhookEndpoint endpoint) =>
        context.AddRange(endpoint.Settings.EventTypes.Distinct(StringComparer.Ordinal).Select(pattern => new SubscriptionRow
        {
            TenantKey = RowKey.Tenant(endpoint.TenantId),
            EndpointKey = key,
            PatternKey = RowKey.Pattern(endpoint.TenantId, pattern),
        }));

    private static WebhookEndpoint Read(EndpointRow row) => new()
    {
        Id = row.Id,
        TenantId = row.TenantId,
        Settings = EndpointDocument.Read(row.Settings),
        Status = (EndpointStatus)row.Status,
        DisabledReason = row.DisabledReason,
        PausedUntil = row.PausedUntil.ToTime(),
        PauseReason = row.PausedUntil is null ? null : (PauseReason)row.PauseReason,
        FailingSince = row.FailingSince.ToTime(),
        Version = row.Version,
        CreatedAt = row.CreatedAt.ToTime(),
        UpdatedAt = row.UpdatedAt.ToTime(),
    };
}
