using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Endpoints;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Messages;

/// <summary>Takes messages in.</summary>
internal sealed class MessageAppender(StoreDatabase database, FanOut fanOut)
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

    /// <summary>Saves what the context has, and with it announcements of what happens in its transaction.</summary>
    public async Task SaveAsync(DbContext context, IReadOnlyList<WebhookMessage> announcements, CancellationToken cancellationToken)
    {
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (announcements.Count > 0)
        {
            await AppendAsync(context, announcements, leases: null, isHosts: false, cancellationToken).ConfigureAwait(false);
        }
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
        ExpiresAt = message.ExpiresAt,
        IsAtMostOnce = message.IsAtMostOnce,
    };

    private async Task<IReadOnlyList<AppendResult>> AppendAsync(
        DbContext context, IReadOnlyList<WebhookMessage> batch, LeaseGrant? leases, bool isHosts, CancellationToken cancellationToken)
    {
        var results = new AppendResult[batch.Count];
        var added = await AddMessagesAsync(context, batch, results, cancellationToken).ConfigureAwait(false);

        // In the host's transaction nothing is locked, because it may last: what is due meets its endpoint at a claim.
        var holds = isHosts ? [] : await LockAsync(context, added, cancellationToken).ConfigureAwait(false);
        var room = leases?.Limit ?? 0;
        foreach (var message in added)
        {
            var leased = AddDeliveries(context, message, holds, leases, ref room);
            results[message.Index] = results[message.Index] with
            {
                Leased = leased,
                HasFirstInLine = message.Endpoints.Exists(endpoint =>
                    holds.GetValueOrDefault(endpoint.Key) is (EndpointHold.First, var first) && first == message.Index),
            };
        }

        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return results;
    }

    /// <summary>Adds the messages that are not there, with their names.</summary>
    private async Task<List<NewMessage>> AddMessagesAsync(
        DbContext context, IReadOnlyList<WebhookMessage> batch, AppendResult[] results, CancellationToken cancellationToken)
    {
        var names = await FindNamesAsync(context, batch, cancellationToken).ConfigureAwait(false);
        var types = batch.Select(static message => (message.TenantId, message.EventType)).ToHashSet();
        var matches = await fanOut.MatchAsync(context, types, cancellationToken).ConfigureAwait(false);
        var added = new List<NewMessage>(batch.Count);
        for (var i = 0; i < results.Length; i++)
        {
            var message = batch[i];
            var idName = RowKey.Message(message.TenantId, message.Id);
            Guid? eventName = message.EventId is null ? null : RowKey.Event(message.TenantId, message.EventId);
            if (names.TryGetValue(idName, out var first) || (eventName is { } name && names.TryGetValue(name, out first)))
            {
                results[i] = first with { IsDuplicate = true };
                continue;
            }

            var endpoints = message.TestedEndpointId is { } testedId
                ? await FanOut.FindTestedAsync(context, message.TenantId, testedId, cancellationToken).ConfigureAwait(false)
                : EndpointMatch.Accepting(matches[(message.TenantId, message.EventType)], message);
            var row = CreateRow(message, endpoints.Count);
            context.Add(row);
            results[i] = new AppendResult(message.Id, endpoints.Count, IsDuplicate: false, []);
            foreach (var key in eventName is { } taken ? [idName, taken] : new[] { idName })
            {
                context.Add(new NameRow { Key = key, Message = row });
                names[key] = results[i];
            }

            added.Add(new NewMessage(i, message, row, endpoints));
        }

        return added;
    }

    private static async Task<Dictionary<Guid, AppendResult>> FindNamesAsync(
        DbContext context, IReadOnlyList<WebhookMessage> batch, CancellationToken cancellationToken)
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

    /// <summary>Locks the endpoints that deliveries are held for, each with the place of the first message for it.</summary>
    private static async Task<Dictionary<Guid, (EndpointHold Hold, int First)>> LockAsync(
        DbContext context, List<NewMessage> added, CancellationToken cancellationToken)
    {
        var holding = added.Where(static message => message.Message.DeliverAt is null)
            .SelectMany(static message => message.Endpoints.Where(static endpoint => endpoint.IsHolding)
                .Select(endpoint => (Message: message, Endpoint: endpoint)))
            .DistinctBy(static pair => pair.Endpoint.Key)
            .OrderBy(static pair => pair.Endpoint.Seq)
            .ToList();
        var holds = new Dictionary<Guid, (EndpointHold Hold, int First)>();
        if (holding.Count > 0)
        {
            // The names first: they may be held by a transaction of the host's, and nobody is to wait for that behind an endpoint.
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var (message, endpoint) in holding)
        {
            var hold = await EndpointLock.TakeAsync(context, endpoint.Key, message.Row.CreatedAt, cancellationToken).ConfigureAwait(false);
            holds.Add(endpoint.Key, (hold, message.Index));
        }

        return holds;
    }

    private List<LeasedDelivery> AddDeliveries(
        DbContext context,
        NewMessage added,
        Dictionary<Guid, (EndpointHold Hold, int First)> holds,
        LeaseGrant? leases,
        ref int room)
    {
        var (message, row) = (added.Message, added.Row);
        var leased = new List<LeasedDelivery>();
        foreach (var endpoint in added.Endpoints)
        {
            var delivery = CreateDelivery(row, endpoint);
            delivery.Message = row;
            delivery.DueAt = row.DeliverAt
                ?? (holds.GetValueOrDefault(endpoint.Key).Hold == EndpointHold.None ? row.CreatedAt : null);
            if (leases is not null && room > 0 && !endpoint.IsHolding && row.DeliverAt is null)
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

        return leased;
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
        Payload = message.Payload!.Value.ToArray(),
        PayloadKeptUntil = message.PayloadKeptUntil?.ToMilliseconds(),
        DeliverAt = message.DeliverAt?.ToMilliseconds(),
        ExpiresAt = message.ExpiresAt?.ToMilliseconds(),
        IsAtMostOnce = message.IsAtMostOnce,
        TestedEndpointId = message.TestedEndpointId,
        TraceParent = message.TraceParent,
    };
}
