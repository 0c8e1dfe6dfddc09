using System.Collections.Concurrent;
using System.Globalization;
using Webhooks.Crash.Host;

namespace Webhooks.Crash.Tests.Chaos;

/// <summary>What was ordered, what the instances said became of it, and what was done to them.</summary>
internal sealed class Ledger(IReadOnlyList<Order> orders)
{
    private readonly ConcurrentDictionary<int, Fate> _fates = new();
    private readonly ConcurrentDictionary<string, bool> _kills = new();
    private readonly ConcurrentDictionary<(string Instance, string DeliveryId), DateTimeOffset> _lostLeases = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _thaws = new();

    public IReadOnlyList<Order> Orders => orders;

    /// <summary>The instances that were killed.</summary>
    public IReadOnlyCollection<string> Kills => [.. _kills.Keys];

    /// <summary>When an instance said that an outcome changed nothing, because its lease was lost.</summary>
    public IReadOnlyDictionary<(string Instance, string DeliveryId), DateTimeOffset> LostLeases => _lostLeases;

    public Fate FateOf(Order order) => _fates.GetValueOrDefault(order.Number);

    public int Count(Fate fate) => orders.Count(order => FateOf(order) == fate);

    public bool IsKilled(string instance) => _kills.ContainsKey(instance);

    public void NoteKill(string instance) => _kills[instance] = true;

    /// <summary>When an instance that was frozen went on; null for one that never was.</summary>
    public DateTimeOffset? ThawOf(string instance) => _thaws.TryGetValue(instance, out var time) ? time : null;

    public void NoteThaw(string instance) => _thaws[instance] = TimeProvider.System.GetUtcNow();

    /// <summary>Notes what an instance said.</summary>
    /// <returns>The number of the order that it is done with; null when it is with none.</returns>
    public int? Hear(string instance, string line)
    {
        var words = line.Split(' ');
        if (words is ["lost", var deliveryId])
        {
            _lostLeases[(instance, deliveryId)] = TimeProvider.System.GetUtcNow();
            return null;
        }

        var number = int.Parse(words[1], CultureInfo.InvariantCulture);
        var fate = Enum.Parse<Fate>(words[0], ignoreCase: true);
        _fates[number] = fate;
        return fate is Fate.Committed or Fate.RolledBack or Fate.Unknown ? number : null;
    }
}

/// <summary>What is known, by its instance's word, of an order. In the order of what can follow what.</summary>
internal enum Fate
{
    /// <summary>Nobody has tried it.</summary>
    Waiting,

    /// <summary>It was tried. If its instance was killed since, nobody knows.</summary>
    Trying,

    /// <summary>Its transaction stays open. If its instance was killed since, it is rolled back.</summary>
    Open,

    /// <summary>It is promised.</summary>
    Committed,

    /// <summary>It is called off.</summary>
    RolledBack,

    /// <summary>The database was away at the moment that counts.</summary>
    Unknown,
}
