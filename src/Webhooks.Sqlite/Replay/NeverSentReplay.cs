using Webhooks.Filters;
using Webhooks.Replay;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Sqlite.Log;
using Webhooks.Sqlite.Messages;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Replay;

/// <summary>Gives messages the deliveries that they would have if they were published now, and have not.</summary>
internal sealed class NeverSentReplay(SqliteSession session, FanOut fanOut, MessageAppender messages)
{
    public const string MessagesSql =
        """
        SELECT m.created_at, m.seq, m.event_type, m.channels, length(m.payload), m.deliver_at, m.expires_at, m.at_most_once,
          m.tested_endpoint_id
        FROM webhook_message m INDEXED BY webhook_message_list
        WHERE m.tenant_id = ?1 AND (m.created_at, m.seq) > (?2, ?3) AND m.created_at < ?4
        ORDER BY m.created_at, m.seq
        LIMIT ?5
        """;

    public const string DeliveriesSql = "SELECT endpoint_seq, ordinal FROM webhook_delivery WHERE message_seq = ?1";

    /// <summary>The most pairs of message and endpoint that a turn compares, unless one message has more: others wait for the writer.</summary>
    private const int MaxPairs = 10_000;

    private readonly Statement _messages = session.Prepare(MessagesSql);
    private readonly Statement _deliveries = session.Prepare(DeliveriesSql);

    private readonly Statement _payload = session.Prepare("SELECT payload FROM webhook_message WHERE seq = ?1");

    private readonly Statement _count =
        session.Prepare("UPDATE webhook_message SET delivery_count = delivery_count + ?2 WHERE seq = ?1");

    /// <summary>Does a replay's turn.</summary>
    /// <returns>Whether there may be rows that it did not look at.</returns>
    public bool Run(ReplayRequest request, ReplayPlan plan, ReplayTurn turn, ref RowPosition position)
    {
        fanOut.Refresh();
        var rows = _messages
            .Bind(request.TenantId)
            .Bind(position.CreatedAt)
            .Bind(position.Seq)
            .Bind(request.Until)
            .Bind(turn.ScanLimit)
            .Read(static row => new MessageRow(
                row.Int64(0),
                row.Int64(1),
                row.Text(2),
                ChannelList.Read(row.NullableText(3)),
                HasPayload: row.Int64(4) > 0,
                row.NullableTime(5),
                row.NullableTime(6),
                IsAtMostOnce: !row.IsNull(7),
                IsTest: !row.IsNull(8)));
        var pairs = 0;
        foreach (var row in rows)
        {
            if (pairs > MaxPairs)
            {
                return true;
            }

            var (missing, nextOrdinal) = FindMissing(request, row, ref pairs);
            var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt);
            var skipped = 0;
            if (!row.HasPayload || row.ExpiresAt <= turn.Now)
            {
                (missing, skipped) = ([], missing.Count);
            }

            if (!plan.TryTake(createdAt, missing.Count, skipped, missing.Exists(static match => match.IsPaused)))
            {
                break;
            }

            position = new RowPosition(row.CreatedAt, row.Seq, 0);
            if (missing.Count > 0)
            {
                var dueAt = row.DeliverAt > turn.Now ? row.DeliverAt.Value : turn.Now;
                foreach (var match in missing)
                {
                    messages.AddDelivery(row.Seq, nextOrdinal++, request.TenantId, createdAt, match.Seq, dueAt, row.ExpiresAt, row.IsAtMostOnce);
                }

                _count.Bind(row.Seq).Bind(missing.Count).Execute();
            }
        }

        return rows.Count == turn.ScanLimit;
    }

    private (List<EndpointMatch> Missing, int NextOrdinal) FindMissing(ReplayRequest request, MessageRow row, ref int pairs)
    {
        if (row.IsTest || (request.EventType is not null && !string.Equals(request.EventType, row.EventType, StringComparison.Ordinal)))
        {
            return ([], 0);
        }

        var matches = fanOut.Match(request.TenantId, row.EventType);
        pairs += matches.Length;
        var missing = matches
            .Where(match => match.Accepts(row.Channels)
                && (request.EndpointId is null || string.Equals(match.Id, request.EndpointId, StringComparison.Ordinal)))
            .ToList();
        if (missing.Count == 0)
        {
            return (missing, 0);
        }

        var there = _deliveries.Bind(row.Seq).Read(static delivery => (EndpointSeq: delivery.Int64(0), Ordinal: delivery.Int32(1)));
        var endpoints = there.Select(static delivery => delivery.EndpointSeq).ToHashSet();
        missing.RemoveAll(match => endpoints.Contains(match.Seq));
        RemoveWhatFiltersLeaveOut(row, missing);
        return (missing, there.Count == 0 ? 0 : there.Max(static delivery => delivery.Ordinal) + 1);
    }

    private void RemoveWhatFiltersLeaveOut(MessageRow row, List<EndpointMatch> missing)
    {
        if (row.HasPayload && missing.Exists(static match => match.Filter is not null))
        {
            using var payload = new PayloadMatcher(_payload.Bind(row.Seq).ReadOne(static message => message.Bytes(0)));
            missing.RemoveAll(match => !payload.Meets(match.Filter));
        }
    }

    private sealed record MessageRow(
        long CreatedAt,
        long Seq,
        string EventType,
        IReadOnlyList<string> Channels,
        bool HasPayload,
        DateTimeOffset? DeliverAt,
        DateTimeOffset? ExpiresAt,
        bool IsAtMostOnce,
        bool IsTest);
}
