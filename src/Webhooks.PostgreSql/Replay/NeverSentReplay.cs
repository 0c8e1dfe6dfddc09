using Npgsql;
using NpgsqlTypes;
using Webhooks.Filters;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Endpoints;
using Webhooks.PostgreSql.Messages;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Replay;

/// <summary>Gives messages the deliveries that they would have if they were published now, and have not.</summary>
internal sealed class NeverSentReplay(PostgreSqlDatabase database, FanOut fanOut)
{
    /// <summary>The most pairs of message and endpoint that a turn compares, unless one message has more.</summary>
    private const int MaxPairs = 10_000;

    private const string MessagesSql =
        """
        SELECT m.key, m.id, m.event_type, m.channels, m.created_at, m.delivery_count, octet_length(m.payload) > 0, m.deliver_at,
          m.expires_at, m.at_most_once, m.tested_endpoint_id
        FROM {schema}.messages m
        WHERE m.tenant_id = $1 AND m.key > $2 AND m.key < $3
        ORDER BY m.key
        LIMIT $4
        """;

    /// <summary>The deliveries of a message are a range of keys.</summary>
    private const string ThereSql =
        """
        SELECT i.ord::int - 1, d.endpoint_id
        FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) WITH ORDINALITY AS i(message_key, first, last, ord)
        CROSS JOIN LATERAL (
          SELECT p.endpoint_id FROM {schema}.pending p
          WHERE p.tenant_id = $1 AND p.key >= i.first AND p.key <= i.last AND p.message_key = i.message_key
          UNION ALL
          SELECT d.endpoint_id FROM {schema}.deliveries d
          WHERE d.tenant_id = $1 AND d.key >= i.first AND d.key <= i.last AND d.message_key = i.message_key) AS d
        """;

    private const string PayloadsSql = "SELECT m.key, m.payload FROM {schema}.messages m WHERE m.tenant_id = $1 AND m.key = ANY($2)";

    /// <summary>How many messages' payloads are read at once.</summary>
    private const int PayloadsAtOnce = 32;

    private const string InsertSql =
        """
        INSERT INTO {schema}.pending (key, tenant_id, message_key, message_id, endpoint_id, endpoint_seq, event_type, created_at,
          attempt_count, due_at, expires_at, at_most_once)
        SELECT i.key, $1, i.message_key, i.message_id, i.endpoint_id, i.endpoint_seq, i.event_type, i.created_at, 0, i.due_at, i.expires_at,
          i.at_most_once
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::timestamptz[], $9::timestamptz[],
          $10::timestamptz[], $11::bool[])
          AS i(key, message_key, message_id, endpoint_id, endpoint_seq, event_type, created_at, due_at, expires_at, at_most_once)
        """;

    private readonly string _messages = database.Sql(MessagesSql);
    private readonly string _there = database.Sql(ThereSql);
    private readonly string _payloads = database.Sql(PayloadsSql);
    private readonly string _insert = database.Sql(InsertSql);

    /// <summary>Does a replay's turn.</summary>
    /// <returns>The last row that was looked at, and whether there may be rows that were not.</returns>
    public async Task<(Guid Position, bool HasMore)> RunAsync(
        ReplayTransaction transaction, ReplayWindow window, ReplayPlan plan, ReplayTurn turn)
    {
        var messages = await transaction.ReadAsync(CreateStatement(window, turn.ScanLimit), Message.Read).ConfigureAwait(false);
        var hasMore = messages.Count == turn.ScanLimit;
        var pairs = await FindMatchesAsync(transaction, window, messages).ConfigureAwait(false);
        hasMore |= pairs.Count < messages.Count;
        await RemoveWhatIsThereAsync(transaction, window.Request.TenantId, messages, pairs).ConfigureAwait(false);

        var position = window.After;
        var added = new List<(Message Message, EndpointMatch Endpoint, Guid Key)>();
        for (var i = 0; i < pairs.Count; i++)
        {
            if (i % PayloadsAtOnce == 0)
            {
                // Not all at once: together payloads may be large, and the turn may end before them.
                await RemoveWhatFiltersLeaveOutAsync(transaction, window.Request.TenantId, messages, pairs, from: i).ConfigureAwait(false);
            }

            var (message, missing) = (messages[i], pairs[i]);
            var skipped = 0;
            if (!message.HasPayload || message.ExpiresAt <= turn.Now)
            {
                (missing, skipped) = ([], missing.Count);
            }

            if (!plan.TryTake(message.CreatedAt, missing.Count, skipped, missing.Exists(static match => match.IsPaused)))
            {
                break;
            }

            position = message.Key;
            var tail = DeliveryKey.CreateTail();
            for (var j = 0; j < missing.Count; j++)
            {
                added.Add((message, missing[j], DeliveryKey.Create(message.Key, message.DeliveryCount + j, tail)));
            }
        }

        if (added.Count > 0)
        {
            await transaction.ReadAsync(CreateStatement(window.Request.TenantId, added, turn.Now), static _ => 0).ConfigureAwait(false);
        }

        return (position, hasMore);
    }

    internal NpgsqlBatchCommand CreateStatement(ReplayWindow window, int limit) => SqlExtensions.Statement(_messages)
        .WithText(window.Request.TenantId)
        .WithKey(window.After)
        .WithKey(window.End)
        .WithInt(limit);

    internal NpgsqlBatchCommand CreateStatement(string tenantId, List<Guid> messageKeys) => SqlExtensions.Statement(_there)
        .WithText(tenantId)
        .WithKeys(messageKeys, static key => key)
        .WithKeys(messageKeys, static key => DeliveryKey.RangeOf(key).First)
        .WithKeys(messageKeys, static key => DeliveryKey.RangeOf(key).Last);

    private NpgsqlBatchCommand CreateStatement(
        string tenantId, List<(Message Message, EndpointMatch Endpoint, Guid Key)> added, DateTimeOffset now) => SqlExtensions.Statement(_insert)
        .WithText(tenantId)
        .WithKeys(added, static row => row.Key)
        .WithKeys(added, static row => row.Message.Key)
        .WithTexts(added, static row => row.Message.OwnId)
        .WithTexts(added, static row => row.Endpoint.Id)
        .WithArray(NpgsqlDbType.Bigint, added, static row => row.Endpoint.Seq)
        .WithTexts(added, static row => row.Message.EventType)
        .WithArray(NpgsqlDbType.TimestampTz, added, static row => row.Message.CreatedAt.UtcDateTime)
        .WithTimes(added, row => row.Message.DeliverAt > now ? row.Message.DeliverAt : now)
        .WithTimesOrNone(added, static row => row.Message.ExpiresAt)
        .WithFlagsOrNone(added, static row => row.Message.IsAtMostOnce ? true : null);

    /// <summary>For each of the first messages, as many as the turn may compare, the endpoints that it would have now.</summary>
    private async Task<List<List<EndpointMatch>>> FindMatchesAsync(
        ReplayTransaction transaction, ReplayWindow window, List<Message> messages)
    {
        List<EventTypeKey> types = [.. messages
            .Where(message => window.Means(message.CreatedAt, message.EventType))
            .Select(message => new EventTypeKey(window.Request.TenantId, message.EventType))
            .Distinct()];
        var matches = types.Count == 0
            ? []
            : await transaction.ReadAsync(fanOut.CreateStatement(types, window.Request.EndpointId), fanOut.Read).ConfigureAwait(false);
        var byType = matches.ToLookup(match => types[match.Type].EventType, static match => match.Endpoint, StringComparer.Ordinal);
        var found = new List<List<EndpointMatch>>(messages.Count);
        var count = 0;
        foreach (var message in messages.TakeWhile(_ => count <= MaxPairs))
        {
            found.Add(window.Means(message.CreatedAt, message.EventType) && !message.IsTest
                ? [.. byType[message.EventType].Where(match => match.Accepts(message.Channels))]
                : []);
            count += found[^1].Count;
        }

        return found;
    }

    private async Task RemoveWhatIsThereAsync(
        ReplayTransaction transaction, string tenantId, List<Message> messages, List<List<EndpointMatch>> pairs)
    {
        var asked = Enumerable.Range(0, pairs.Count).Where(i => pairs[i].Count > 0).ToList();
        if (asked.Count == 0)
        {
            return;
        }

        var there = await transaction.ReadAsync(
            CreateStatement(tenantId, asked.ConvertAll(i => messages[i].Key)),
            static row => (Position: row.GetInt32(0), EndpointId: row.GetString(1))).ConfigureAwait(false);
        foreach (var group in there.GroupBy(static row => row.Position))
        {
            var endpoints = group.Select(static row => row.EndpointId).ToHashSet(StringComparer.Ordinal);
            pairs[asked[group.Key]].RemoveAll(match => endpoints.Contains(match.Id));
        }
    }

    private async Task RemoveWhatFiltersLeaveOutAsync(
        ReplayTransaction transaction, string tenantId, List<Message> messages, List<List<EndpointMatch>> pairs, int from)
    {
        var asked = Enumerable.Range(from, Math.Min(PayloadsAtOnce, pairs.Count - from))
            .Where(i => messages[i].HasPayload && pairs[i].Exists(static match => match.Filter is not null))
            .ToList();
        if (asked.Count == 0)
        {
            return;
        }

        var found = await transaction.ReadAsync(
            SqlExtensions.Statement(_payloads).WithText(tenantId).WithKeys(asked, i => messages[i].Key),
            static row => (Key: row.GetGuid(0), Payload: row.Bytes(1))).ConfigureAwait(false);
        var payloads = found.ToDictionary(static row => row.Key, static row => row.Payload);
        foreach (var i in asked)
        {
            if (payloads.GetValueOrDefault(messages[i].Key) is { Length: > 0 } bytes)
            {
                using var payload = new PayloadMatcher(bytes);
                pairs[i].RemoveAll(match => !payload.Meets(match.Filter));
            }
        }
    }

    private sealed record Message(
        Guid Key,
        string? OwnId,
        string EventType,
        string[] Channels,
        DateTimeOffset CreatedAt,
        int DeliveryCount,
        bool HasPayload,
        DateTimeOffset? DeliverAt,
        DateTimeOffset? ExpiresAt,
        bool IsAtMostOnce,
        bool IsTest)
    {
        public static Message Read(NpgsqlDataReader row) => new(
            row.GetGuid(0),
            row.NullableText(1),
            row.GetString(2),
            row.IsDBNull(3) ? [] : row.GetFieldValue<string[]>(3),
            row.Time(4),
            row.GetInt32(5),
            row.GetBoolean(6),
            row.NullableTime(7),
            row.NullableTime(8),
            IsAtMostOnce: !row.IsDBNull(9),
            IsTest: !row.IsDBNull(10));
    }
}
