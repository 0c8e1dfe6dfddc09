using Webhooks.Catalog;
using Webhooks.Filters;
using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Endpoints;

/// <summary>
/// Finds the endpoints that a message goes to, and remembers them until endpoints change: the file counts these changes
/// (<c>webhook_generation</c>), whichever process makes them.
/// </summary>
internal sealed class FanOut(SqliteSession session)
{
    public const string MatchSql =
        """
        SELECT e.seq, n.id, e.version, e.paused_until IS NOT NULL, e.channels, e.is_ordered, json_extract(e.settings, '$.filter')
        FROM webhook_subscription s
        JOIN webhook_endpoint e ON e.seq = s.endpoint_seq
        JOIN webhook_endpoint_name n ON n.seq = s.endpoint_seq
        WHERE s.tenant_id = ?1 AND s.pattern = ?2 AND e.status = 0
        """;

    /// <summary>The most endpoints that are remembered, over all event types; then it starts anew.</summary>
    private const int MaxRemembered = 50_000;

    private readonly Statement _match = session.Prepare(MatchSql);

    private readonly Statement _tested = session.Prepare(
        """
        SELECT e.seq, n.id, e.version
        FROM webhook_endpoint_name n
        JOIN webhook_endpoint e ON e.seq = n.seq
        WHERE n.tenant_id = ?1 AND n.id = ?2
        """);

    private readonly Statement _read = session.Prepare("SELECT value FROM webhook_generation");
    private readonly Statement _increase = session.Prepare("UPDATE webhook_generation SET value = value + 1");
    private readonly PayloadFilterCache _filters = new();
    private readonly Dictionary<string, Dictionary<string, EndpointMatch[]>> _tenants = new(StringComparer.Ordinal);
    private long _generation = -1;
    private int _remembered;

    /// <summary>Forgets what other processes have changed. To be called in the transaction, before <see cref="Match"/>.</summary>
    public void Refresh()
    {
        var generation = ReadGeneration();
        if (generation != _generation)
        {
            Forget();
            _generation = generation;
        }
    }

    /// <summary>The enabled endpoints that subscribe to an event type, the first created first.</summary>
    public EndpointMatch[] Match(string tenantId, string eventType)
    {
        if (_tenants.TryGetValue(tenantId, out var known) && known.TryGetValue(eventType, out var matches))
        {
            return matches;
        }

        if (_remembered >= MaxRemembered)
        {
            Clear();
        }

        matches = Find(tenantId, eventType);
        if (!_tenants.TryGetValue(tenantId, out var tenant))
        {
            _tenants.Add(tenantId, tenant = new(StringComparer.Ordinal));
        }

        tenant.Add(eventType, matches);
        _remembered += matches.Length + 1;
        return matches;
    }

    /// <summary>The endpoint that a test is for, as one that takes everything and at once; none where it is gone.</summary>
    public EndpointMatch[] FindTested(string tenantId, string endpointId) =>
    [
        .. _tested.Bind(tenantId).Bind(endpointId).Read(static row => new EndpointMatch(
            row.Int64(0), row.Text(1), row.Int64(2), IsPaused: false, IsOrdered: false, Channels: [], Filter: null)),
    ];

    /// <summary>To be called when an endpoint of the tenant was changed in a way that matters to <see cref="Match"/>.</summary>
    public void EndpointChanged(string tenantId)
    {
        Refresh();
        _increase.Execute();
        _generation++;
        _tenants.Remove(tenantId);
    }

    /// <summary>To be called when changes were undone.</summary>
    public void Forget()
    {
        Clear();
        _generation = -1;
    }

    private void Clear()
    {
        _tenants.Clear();
        _remembered = 0;
    }

    private long ReadGeneration() => _read.ReadOne(static row => row.Int64(0));

    private EndpointMatch[] Find(string tenantId, string eventType)
    {
        var matches = new SortedDictionary<long, EndpointMatch>();
        foreach (var pattern in EventTypePattern.AllThatMatch(eventType))
        {
            foreach (var match in _match.Bind(tenantId).Bind(pattern).Read(ReadMatch))
            {
                matches.TryAdd(match.Seq, match);
            }
        }

        return [.. matches.Values];
    }

    private EndpointMatch ReadMatch(Statement row) => new(
        row.Int64(0),
        row.Text(1),
        row.Int64(2),
        row.Int64(3) != 0,
        row.Int64(5) != 0,
        ChannelList.Read(row.NullableText(4)),
        _filters.Get(row.NullableText(6)));
}
