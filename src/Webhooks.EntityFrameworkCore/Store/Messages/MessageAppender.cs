using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Endpoints;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Messages;

/// <summary>Takes messages in.</summary>
internal sealed class MessageAppender(StoreDatabase database)
{
    private const int MaxTries = 5;

    /// <summary>How long a batch waits for somebody's transaction that has one of its ids.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WebhookIdGenerator _keys = new();

    /// <summary>Appends in a transaction of its own.</summary>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken)
    {
        List<WebhookMessage> batch = [.. messages];
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = batch.Count > 1 ? new CancellationTokenSource(Patience, TimeProvider.System) : new CancellationTokenSource();
        try
        {
            return await database.WriteAsync(
                (context, cancellation) => AppendAsync(context, batch, leases, isHosts: false, cancellation), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (patience.IsCancellationRequested)
        {
            throw new AppendBlockedException("Another transaction, still open, may hold the id or event id of a message.", exception);
        }
    }

    /// <summary>Appends in the host's transaction, without leases.</summary>
    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, DbTransaction transaction, CancellationToken cancellationToken)
    {
        List<WebhookMessage> batch = [.. messages];
        return database.WriteAsync(
            transaction,
            async (context, cancellation) =>
            {
                for (var tries = 1; ; tries++)
                {
                    try
                    {
                        return await AppendAsync(context, batch, leases: null, isHosts: true, cancellation).ConfigureAwait(false);
                    }
                    catch (DbUpdateException) when (tries < MaxTries)
                    {
                        // EF went back to its savepoint: somebody else was faster with an id, which is now seen.
                        context.ChangeTracker.Clear();
                    }
                }
            },
            cancellationToken);
    }

    /// <summary>Makes the row of a new delivery.</summary>
    public DeliveryRow CreateDelivery(MessageRow message, EndpointMatch endpoint) => new()
    {
        Key = _keys.CreateKey(message.CreatedAt.ToTime()),
        MessageSeq = message.Seq,
        TenantKey = message.TenantKey,
        EndpointKey = endpoint.Key,
        EndpointId = endpoint.Id,
        EventTypeKey = message.EventTypeKey,
        CreatedAt = message.CreatedAt,
    };

    private async Task<IReadOnlyList<AppendResult>> AppendAsync(
        DbContext context, List<WebhookMessage> batch, LeaseGrant? leases, bool isHosts, CancellationToken cancellationToken)
    {
        var names = await FindNamesAsync(context, batch, cancellationToken).ConfigureAwait(false);
        var types = batch.Select(static message => (message.TenantId, message.EventType)).ToHashSet();
        var matches = await FanOut.MatchAsync(context, types, cancellationToken).ConfigureAwait(false);
        var holding = isHosts ? [] : await LockPausedAsync(context, matches.Values, cancellationToken).ConfigureAwait(false);
        var room = leases?.Limit ?? 0;
        var results = new List<AppendResult>(batch.Count);
        foreach (var message in batch)
        {
            var idName = RowKey.Message(message.TenantId, message.Id);
            Guid? eventName = message.EventId is null ? null : RowKey.Event(message.TenantId, message.EventId);
            if (names.TryGetValue(idName, out var first) || (eventName is { } name && names.TryGetValue(name, out first)))
            {
                results.Add(first with { IsDuplicate = true, Leased = [] });
                continue;
            }

            var endpoints = matches[(message.TenantId, message.EventType)].FindAll(match => match.Accepts(message.Channels));
            var row = CreateRow(message, endpoints.Count);
            context.Add(row);
            context.Add(new NameRow { Key = idName, Message = row });
            if (eventName is { } key)
            {
                context.Add(new NameRow { Key = key, Message = row });
            }

            var leased = new List<LeasedDelivery>();
            foreach (var endpoint in endpoints)
            {
                var delivery = CreateDelivery(row, endpoint);
                delivery.Message = row;
                delivery.DueAt = holding.Contains(endpoint.Key) ? null : row.CreatedAt;
                if (leases is not null && room > 0 && !endpoint.IsPaused)
                {
                    room--;
                    delivery.DueAt = leases.Until.ToMilliseconds();
                    delivery.Owner = RowKey.Owner(leases.Owner);
                    leased.Add(new LeasedDelivery
                    {
                        Id = WebhookIdGenerator.Encode(WebhookIdGenerator.DeliveryPrefix, delivery.Key),
                        EndpointId = endpoint.Id,
                        EndpointVersion = endpoint.Version,
                        AttemptNumber = 1,
                        LeaseUntil = leases.Until,
                        Message = message,
                    });
                }

                context.Add(delivery);
            }

            var result = new AppendResult(message.Id, endpoints.Count, IsDuplicate: false, leased);
            results.Add(result);
            names[idName] = result;
            if (eventName is { } taken)
            {
                names[taken] = result;
            }
        }

        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return results;
    }

    private static async Task<Dictionary<Guid, AppendResult>> FindNamesAsync(
        DbContext context, List<WebhookMessage> batch, CancellationToken cancellationToken)
    {
        var keys = batch.Select(static message => RowKey.Message(message.TenantId, message.Id))
            .Concat(batch.Where(static message => message.EventId is not null)
                .Select(static message => RowKey.Event(message.TenantId, message.EventId!)));
        var names = new Dictionary<Guid, AppendResult>();
        foreach (var chunk in keys.Chunk(StoreDatabase.MaxKeys))
        {
            var rows = await context.Set<NameRow>()
                .Where(name => chunk.Contains(name.Key))
                .Select(static name => new { name.Key, name.Message.Id, name.Message.DeliveryCount })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                names[row.Key] = new AppendResult(row.Id, row.DeliveryCount, IsDuplicate: true, []);
            }
        }

        return names;
    }

    private static async Task<HashSet<Guid>> LockPausedAsync(
        DbContext context, IEnumerable<List<EndpointMatch>> matches, CancellationToken cancellationToken)
    {
        var locked = new HashSet<Guid>();
        foreach (var endpoint in matches.SelectMany(static match => match).Where(static match => match.IsPaused)
            .DistinctBy(static match => match.Seq).OrderBy(static match => match.Seq))
        {
            if (await EndpointLock.TryTakeAsync(context, endpoint.Key, cancellationToken).ConfigureAwait(false))
            {
                locked.Add(endpoint.Key);
            }
        }

        return locked;
    }

    private static MessageRow CreateRow(WebhookMessage message, int deliveryCount) => new()
    {
        TenantKey = RowKey.Tenant(message.TenantId),
        TenantId = message.TenantId,
        Id = message.Id,
        EventId = message.EventId,
        EventTypeKey = RowKey.EventType(message.EventType),
        EventType = message.EventType,
        Channels = ChannelList.Write(message.Channels),
        Timestamp = message.Timestamp.ToMilliseconds(),
        CreatedAt = message.CreatedAt.ToMilliseconds(),
        DeliveryCount = deliveryCount,
        Payload = message.Payload.ToArray(),
        TraceParent = message.TraceParent,
    };
}
