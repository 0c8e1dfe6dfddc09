using Microsoft.EntityFrameworkCore;
using Webhooks.Catalog;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Filters;

namespace Webhooks.EntityFrameworkCore.Store.Endpoints;

/// <summary>Finds the endpoints that messages go to.</summary>
internal sealed class FanOut
{
    private readonly PayloadFilterCache _filters = new();

    /// <summary>The endpoint that a test is for, as one that takes everything and at once; none where it is gone.</summary>
    public static async Task<List<EndpointMatch>> FindTestedAsync(
        DbContext context, string tenantId, string endpointId, CancellationToken cancellationToken)
    {
        var key = RowKey.Endpoint(tenantId, endpointId);
        var rows = await context.Set<EndpointRow>().Where(endpoint => endpoint.Key == key)
            .Select(static endpoint => new { endpoint.Seq, endpoint.Key, endpoint.Id, endpoint.Version })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(static row => new EndpointMatch(
            row.Seq, row.Key, row.Id, row.Version, IsPaused: false, IsOrdered: false, Channels: [], Filter: null));
    }

    /// <summary>The enabled endpoints that subscribe to event types, for each the first created first.</summary>
    public async Task<Dictionary<(string TenantId, string EventType), List<EndpointMatch>>> MatchAsync(
        DbContext context, IReadOnlyCollection<(string TenantId, string EventType)> types, CancellationToken cancellationToken)
    {
        var patterns = new Dictionary<Guid, List<(string TenantId, string EventType)>>();
        foreach (var type in types)
        {
            foreach (var pattern in EventTypePattern.AllThatMatch(type.EventType))
            {
                var key = RowKey.Pattern(type.TenantId, pattern);
                if (!patterns.TryGetValue(key, out var typesOfPattern))
                {
                    patterns.Add(key, typesOfPattern = []);
                }

                typesOfPattern.Add(type);
            }
        }

        var matches = types.ToDictionary(static type => type, static _ => new SortedDictionary<long, EndpointMatch>());
        foreach (var keys in patterns.Keys.Chunk(StoreDatabase.MaxKeys))
        {
            var rows = await context.Set<SubscriptionRow>()
                .Where(subscription => keys.Contains(subscription.PatternKey))
                .Join(
                    context.Set<EndpointRow>().Where(endpoint => endpoint.Status == (int)EndpointStatus.Enabled),
                    static subscription => subscription.EndpointKey,
                    static endpoint => endpoint.Key,
                    static (subscription, endpoint) => new
                    {
                        subscription.PatternKey,
                        endpoint.Seq,
                        endpoint.Key,
                        endpoint.Id,
                        endpoint.Version,
                        IsPaused = endpoint.PausedUntil != null,
                        endpoint.IsOrdered,
                        endpoint.Channels,
                        endpoint.Filter,
                    })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                var match = new EndpointMatch(
                    row.Seq, row.Key, row.Id, row.Version, row.IsPaused, row.IsOrdered, ChannelList.Read(row.Channels), _filters.Get(row.Filter));
                foreach (var type in patterns[row.PatternKey])
                {
                    matches[type].TryAdd(row.Seq, match);
                }
            }
        }

        return matches.ToDictionary(static match => match.Key, static match => match.Value.Values.ToList());
    }
}
