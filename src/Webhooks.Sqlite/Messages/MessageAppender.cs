using Webhooks.Filters;
using Webhooks.Publishing;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Messages;

/// <summary>Stores messages with their deliveries.</summary>
internal sealed class MessageAppender(SqliteSession session, FanOut fanOut)
{
    public const string DuplicateSql =
        """
        SELECT id, delivery_count FROM webhook_message
        WHERE tenant_id = ?1 AND (id = ?2 OR event_id = ?3)
        LIMIT 1
        """;

    /// <summary>Makes the next claim take an ordered endpoint over, unless it is paused.</summary>
    public const string BeginLineSql =
        "UPDATE webhook_endpoint SET paused_until = ?2, paused_by = NULL, pause_reason = 0 WHERE seq = ?1 AND paused_until IS NULL";

    private readonly Statement _insertMessage = session.Prepare(
        """
        INSERT INTO webhook_message (tenant_id, id, event_id, event_type, channels, timestamp, created_at, delivery_count, payload,
          trace_parent, payload_kept_until, deliver_at, expires_at, at_most_once, tested_endpoint_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        ON CONFLICT DO NOTHING
        """);

    private readonly Statement _findDuplicate = session.Prepare(DuplicateSql);

    private readonly Statement _insertDelivery = session.Prepare(
        """
        INSERT INTO webhook_delivery (message_seq, ordinal, tail, tenant_id, endpoint_seq, created_at, status, attempt_count,
          due_at, owner, expires_at, at_most_once)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8, ?9, ?10)
        """);

    private readonly Statement _beginLine = session.Prepare(BeginLineSql);

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases)
    {
        fanOut.Refresh();
        var results = new AppendResult[messages.Count];
        var room = leases?.Limit ?? 0;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Append(messages[i], leases, room);
            room -= results[i].Leased.Count;
        }

        return results;
    }

    /// <summary>Stores an announcement, if there is one and what it tells of has happened in this transaction.</summary>
    /// <returns>Whether it has.</returns>
    public bool Announce(WebhookMessage? announcement, bool hasHappened)
    {
        if (announcement is not null && hasHappened)
        {
            Append([announcement], leases: null);
        }

        return hasHappened;
    }

    /// <summary>Adds a delivery, leased to nobody, to a message that was stored before.</summary>
    public void AddDelivery(
        long messageSeq,
        int ordinal,
        string tenantId,
        DateTimeOffset createdAt,
        long endpointSeq,
        DateTimeOffset dueAt,
        DateTimeOffset? expiresAt,
        bool isAtMostOnce) =>
        _insertDelivery
            .Bind(messageSeq)
            .Bind(ordinal)
            .Bind(DeliveryKey.CreateTail())
            .Bind(tenantId)
            .Bind(endpointSeq)
            .Bind(createdAt)
            .Bind(dueAt)
            .Bind((string?)null)
            .Bind(expiresAt)
            .Bind(Flag(isAtMostOnce))
            .Execute();

    private static long? Flag(bool value) => value ? 1 : null;

    private AppendResult Append(WebhookMessage message, LeaseGrant? leases, int room)
    {
        var endpoints = FindEndpoints(message);
        if (!TryInsert(message, endpoints.Length))
        {
            return FindDuplicate(message);
        }

        var messageSeq = session.LastInsertSeq;
        var createdAt = message.CreatedAt.ToUnixTimeMilliseconds();
        var tail = DeliveryKey.CreateTail();
        var leased = new LeasedDelivery[CountLeases(message, endpoints, leases is null ? 0 : room)];
        var leasedCount = 0;
        var hasFirstInLine = false;
        for (var ordinal = 0; ordinal < endpoints.Length; ordinal++)
        {
            var endpoint = endpoints[ordinal];
            var lease = endpoint.IsHolding || leasedCount == leased.Length ? null : leases;
            _insertDelivery
                .Bind(messageSeq)
                .Bind(ordinal)
                .Bind(tail)
                .Bind(message.TenantId)
                .Bind(endpoint.Seq)
                .Bind(createdAt)
                .Bind(message.DeliverAt ?? (endpoint.IsHolding ? null : lease?.Until ?? message.CreatedAt))
                .Bind(lease?.Owner)
                .Bind(message.ExpiresAt)
                .Bind(Flag(message.IsAtMostOnce))
                .Execute();
            if (endpoint.IsOrdered && message.DeliverAt is null)
            {
                // What is remembered of it does not change by that: its deliveries are held anyway.
                hasFirstInLine |= _beginLine.Bind(endpoint.Seq).Bind(message.CreatedAt).Execute() > 0;
            }

            if (lease is not null)
            {
                leased[leasedCount++] = new LeasedDelivery
                {
                    Id = new DeliveryKey(createdAt, messageSeq, ordinal, tail).ToId(),
                    EndpointId = endpoint.Id,
                    EndpointVersion = endpoint.Version,
                    AttemptNumber = 1,
                    LeaseUntil = lease.Until,
                    Message = message,
                };
            }
        }

        return new AppendResult(message.Id, endpoints.Length, IsDuplicate: false, leased)
        {
            HasFirstInLine = hasFirstInLine,
        };
    }

    private static int CountLeases(WebhookMessage message, EndpointMatch[] endpoints, int room) =>
        message.DeliverAt is null ? Math.Min(room, endpoints.Count(static endpoint => !endpoint.IsHolding)) : 0;

    private EndpointMatch[] FindEndpoints(WebhookMessage message)
    {
        if (message.TestedEndpointId is { } testedId)
        {
            return fanOut.FindTested(message.TenantId, testedId);
        }

        var matches = fanOut.Match(message.TenantId, message.EventType);
        foreach (var match in matches)
        {
            if (match.Filter is not null || !match.Accepts(message.Channels))
            {
                return FindAccepting(matches, message);
            }
        }

        return matches;
    }

    private static EndpointMatch[] FindAccepting(EndpointMatch[] matches, WebhookMessage message)
    {
        using var payload = new PayloadMatcher(message.Payload!.Value);
        return Array.FindAll(matches, match => match.Accepts(message.Channels) && payload.Meets(match.Filter));
    }

    private bool TryInsert(WebhookMessage message, int deliveryCount) =>
        _insertMessage
            .Bind(message.TenantId)
            .Bind(message.Id)
            .Bind(message.EventId)
            .Bind(message.EventType)
            .Bind(ChannelList.Write(message.Channels))
            .Bind(message.Timestamp)
            .Bind(message.CreatedAt)
            .Bind(deliveryCount)
            .Bind(message.Payload!.Value.Span)
            .Bind(message.TraceParent)
            .Bind(message.PayloadKeptUntil)
            .Bind(message.DeliverAt)
            .Bind(message.ExpiresAt)
            .Bind(Flag(message.IsAtMostOnce))
            .Bind(message.TestedEndpointId)
            .Execute() > 0;

    private AppendResult FindDuplicate(WebhookMessage message) =>
        _findDuplicate
            .Bind(message.TenantId)
            .Bind(message.Id)
            .Bind(message.EventId)
            .ReadOne(static row => new AppendResult(row.Text(0), row.Int32(1), IsDuplicate: true, []))!;
}
