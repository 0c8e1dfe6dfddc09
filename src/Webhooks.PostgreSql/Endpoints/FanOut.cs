using System.Collections.Concurrent;
using Npgsql;
using Webhooks.Filters;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>
/// Finds the endpoints that messages go to, and remembers them. They may be others by now: an append says whom it counts on, and stores
/// nothing where that is out of date (<see cref="Messages.AppendSql"/>).
/// </summary>
internal sealed class FanOut(PostgreSqlDatabase database)
{
    /// <summary>The most endpoints that are remembered, over all event types; then it starts anew.</summary>
    private const int MaxRemembered = 50_000;

    /// <summary>An endpoint as one that takes everything and at once, whatever its state.</summary>
    private const string FindTestedSql =
        """
        SELECT 0, e.seq, e.id, e.version, false, false, NULL::text[], NULL::text
        FROM {schema}.endpoints e
        WHERE e.tenant_id = $1 AND e.id = $2
        """;

    private readonly string _find = database.Sql(FindSql());
    private readonly string _findOne = database.Sql(FindSql("AND s.endpoint_id = $3"));
    private readonly string _findTested = database.Sql(FindTestedSql);
    private readonly PayloadFilterCache _filters = new();
    private readonly ConcurrentDictionary<EventTypeKey, EventTypeMatches> _known = [];
    private int _remembered;

    /// <summary>The endpoints that subscribe to event types, <c>e</c> and <c>t</c>: tenants are $1, the patterns of event types are $2.</summary>
    /// <param name="condition">What else has to be true of a subscription, <c>s</c>: begins with AND.</param>
    /// <remarks>Whatever is looked up by key stands in a subquery that PostgreSQL does not flatten, so that it never becomes a scan.</remarks>
    public static string SubscribedSql(string condition = "") =>
        $$"""
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t(tenant_id, patterns, type_no)
          CROSS JOIN LATERAL unnest(string_to_array(t.patterns, ' ')) AS p(pattern)
          CROSS JOIN LATERAL (
            SELECT s.endpoint_id FROM {schema}.subscriptions s
            WHERE s.tenant_id = t.tenant_id AND s.pattern = p.pattern {{condition}} OFFSET 0) AS s
          CROSS JOIN LATERAL (
            SELECT e.* FROM {schema}.endpoints e
            WHERE e.tenant_id = t.tenant_id AND e.id = s.endpoint_id AND e.status = 0 OFFSET 0) AS e
        """;

    /// <summary>Who subscribes to event types, as it is remembered or else as it is now.</summary>
    /// <param name="types">The event types.</param>
    /// <param name="read">Runs a statement, whose rows are read by <see cref="Read"/>.</param>
    public async Task<EventTypeMatches[]> MatchAsync(
        IReadOnlyList<EventTypeKey> types, Func<NpgsqlBatchCommand, Task<List<(int Type, EndpointMatch Endpoint)>>> read)
    {
        var matches = types.Select(type => _known.GetValueOrDefault(type)).ToArray();
        List<EventTypeKey> unknown = [.. types.Where((_, i) => matches[i] is null)];
        if (unknown.Count > 0)
        {
            var found = (await read(CreateStatement(unknown)).ConfigureAwait(false)).ToLookup(static row => row.Type, static row => row.Endpoint);
            var next = 0;
            for (var i = 0; i < matches.Length; i++)
            {
                if (matches[i] is null)
                {
                    Remember(matches[i] = new EventTypeMatches(types[i], [.. found[next++]]));
                }
            }
        }

        return matches!;
    }

    /// <summary>The endpoint that a test is for, as one that takes everything and at once; none where it is gone.</summary>
    /// <param name="type">The test's event type.</param>
    /// <param name="endpointId">The endpoint.</param>
    /// <param name="read">As in <see cref="MatchAsync"/>.</param>
    public async Task<EventTypeMatches[]> FindTestedAsync(
        EventTypeKey type, string endpointId, Func<NpgsqlBatchCommand, Task<List<(int Type, EndpointMatch Endpoint)>>> read)
    {
        var found = await read(SqlExtensions.Statement(_findTested).WithText(type.TenantId).WithText(endpointId)).ConfigureAwait(false);
        return [new EventTypeMatches(type, [.. found.Select(static row => row.Endpoint)])];
    }

    /// <summary>To be called for event types of which something else is remembered than what is there.</summary>
    public void Forget(IEnumerable<EventTypeKey> types)
    {
        foreach (var type in types)
        {
            if (_known.TryRemove(type, out var forgotten))
            {
                Interlocked.Add(ref _remembered, -Weight(forgotten));
            }
        }
    }

    /// <summary>Looks up who subscribes to event types now, each the first created first; its rows are read by <see cref="Read"/>.</summary>
    /// <param name="types">The event types.</param>
    /// <param name="endpointId">The only endpoint that is asked for; null: all.</param>
    public NpgsqlBatchCommand CreateStatement(IReadOnlyList<EventTypeKey> types, string? endpointId = null)
    {
        var statement = SqlExtensions.Statement(endpointId is null ? _find : _findOne)
            .WithTexts(types, static type => type.TenantId)
            .WithTexts(types, static type => EventTypeMatches.PatternsOf(type.EventType));
        return endpointId is null ? statement : statement.WithText(endpointId);
    }

    /// <summary>Reads an endpoint, and the place of the event type that it subscribes to.</summary>
    public (int Type, EndpointMatch Endpoint) Read(NpgsqlDataReader row) => (row.GetInt32(0), EndpointMatch.Read(row, _filters));

    private static string FindSql(string condition = "") =>
        $$"""
        SELECT DISTINCT ON (t.type_no, e.seq) t.type_no::int - 1, e.seq, e.id, e.version, e.paused_until IS NOT NULL, e.is_ordered,
          e.channels, e.settings ->> 'filter'
        {{SubscribedSql(condition)}}
        ORDER BY t.type_no, e.seq
        """;

    private static int Weight(EventTypeMatches matches) => matches.Endpoints.Length + 1;

    private void Remember(EventTypeMatches matches)
    {
        if (Interlocked.Add(ref _remembered, Weight(matches)) > MaxRemembered)
        {
            _known.Clear();
            Interlocked.Exchange(ref _remembered, Weight(matches));
        }

        Forget([matches.Type]);
        _known[matches.Type] = matches;
    }
}
