using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Endpoints;
using Webhooks.EntityFrameworkCore.Store.Log;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Filters;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Replay;

/// <summary>
/// Gives messages the deliveries that they would have if they were published now, and have not. That a message has one delivery to an
/// endpoint at most is a unique index.
/// </summary>
internal sealed class NeverSentReplay(MessageAppender messages, FanOut fanOut)
{
    /// <summary>Does a replay's turn.</summary>
    /// <returns>Whether there may be rows that it did not look at, and how far it came.</returns>
    public async Task<(bool HasMore, ListPosition Position)> RunAsync(
        DbContext context, ReplayRequest request, ReplayPlan plan, ReplayTurn turn, ListPosition after, CancellationToken cancellationToken)
    {
        var tenant = RowKey.Tenant(request.TenantId);
        var until = request.Until!.Value.ToMilliseconds();
        var rows = await context.Set<MessageRow>()
            .Where(row => row.TenantKey == tenant && row.CreatedAt < until
                && (row.CreatedAt > after.CreatedAt || (row.CreatedAt == after.CreatedAt && row.Seq > after.Seq)))
            .OrderBy(static row => row.CreatedAt)
            .ThenBy(static row => row.Seq)
            .Take(turn.ScanLimit)
            .Select(static row => new OldMessage
            {
                Row = new MessageRow
                {
                    Seq = row.Seq,
                    TenantKey = row.TenantKey,
                    EventTypeKey = row.EventTypeKey,
                    EventType = row.EventType,
                    Channels = row.Channels,
                    CreatedAt = row.CreatedAt,
                    DeliverAt = row.DeliverAt,
                    ExpiresAt = row.ExpiresAt,
                    IsAtMostOnce = row.IsAtMostOnce,
                    TestedEndpointId = row.TestedEndpointId,
                },
                HasPayload = row.Payload != null,
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var matches = await fanOut.MatchAsync(
            context, rows.Select(found => (request.TenantId, found.Row.EventType)).ToHashSet(), cancellationToken).ConfigureAwait(false);
        var there = await FindDeliveriesAsync(context, rows, cancellationToken).ConfigureAwait(false);
        var now = turn.Now.ToMilliseconds();
        foreach (var (row, hasPayload) in rows.Select(static found => (found.Row, found.HasPayload)))
        {
            var channels = ChannelList.Read(row.Channels);
            var isMeant = row.TestedEndpointId is null
                && (request.EventType is null || string.Equals(request.EventType, row.EventType, StringComparison.Ordinal));
            var missing = !isMeant
                ? []
                : matches[(request.TenantId, row.EventType)].FindAll(match => match.Accepts(channels)
                    && (request.EndpointId is null || string.Equals(match.Id, request.EndpointId, StringComparison.Ordinal))
                    && !there.Contains((row.Seq, match.Key)));
            var skipped = 0;
            if (hasPayload && missing.Exists(static match => match.Filter is not null))
            {
                using var payload = new PayloadMatcher(await ReadPayloadAsync(context, row.Seq, cancellationToken).ConfigureAwait(false));
                missing.RemoveAll(match => !payload.Meets(match.Filter));
            }

            if (!hasPayload || row.ExpiresAt <= now)
            {
                (missing, skipped) = ([], missing.Count);
            }

            if (!plan.TryTake(row.CreatedAt.ToTime(), missing.Count, skipped, missing.Exists(static match => match.IsPaused)))
            {
                break;
            }

            after = new ListPosition(row.CreatedAt, row.Seq, 0);
            if (missing.Count > 0)
            {
                foreach (var match in missing)
                {
                    var delivery = messages.CreateDelivery(row, match);
                    delivery.DueAt = row.DeliverAt > now ? row.DeliverAt : now;
                    context.Add(delivery);
                }

                var count = missing.Count;
                if (await context.Set<MessageRow>().Where(message => message.Seq == row.Seq && message.Payload != null).ExecuteUpdateAsync(
                    update => update.SetProperty(static message => message.DeliveryCount, message => message.DeliveryCount + count),
                    cancellationToken).ConfigureAwait(false) == 0)
                {
                    // The next try finds it so.
                    throw new DbUpdateConcurrencyException("A message that was to be sent was removed or erased.");
                }
            }
        }

        return (rows.Count == turn.ScanLimit, after);
    }

    private static async Task<byte[]> ReadPayloadAsync(DbContext context, long seq, CancellationToken cancellationToken) =>
        await context.Set<MessageRow>().Where(row => row.Seq == seq).Select(static row => row.Payload)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new DbUpdateConcurrencyException("A message that was to be sent was removed or erased.");

    private static async Task<HashSet<(long MessageSeq, Guid EndpointKey)>> FindDeliveriesAsync(
        DbContext context, List<OldMessage> rows, CancellationToken cancellationToken)
    {
        var there = new HashSet<(long MessageSeq, Guid EndpointKey)>();
        foreach (var chunk in rows.Select(static found => found.Row.Seq).Chunk(StoreDatabase.MaxKeys))
        {
            foreach (var delivery in await context.Set<DeliveryRow>().Where(row => chunk.Contains(row.MessageSeq))
                .Select(static row => new { row.MessageSeq, row.EndpointKey })
                .ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                there.Add((delivery.MessageSeq, delivery.EndpointKey));
            }
        }

        return there;
    }

    private sealed record OldMessage
    {
        /// <summary>Without its payload.</summary>
        public required MessageRow Row { get; init; }

        public bool HasPayload { get; init; }
    }
}
