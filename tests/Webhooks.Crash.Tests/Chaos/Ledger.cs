using System.Collections.Concurrent;
using System.Globalization;
using Webhooks.Crash.Host;

namespace Webhooks.Crash.Tests.Chaos;

/// <summary>What was ordered, what the instances said became of it, and what was done to them.</summary>
internal sealed class Ledger(IReadOnlyList<Order> orders)
{
    private readonly ConcurrentDictionary<int, Fate> _fates = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _kills = new();
    private readonly ConcurrentDictionary<(string Instance, string DeliveryId), bool> _lostLeases = new();
    private readonly ConcurrentQueue<Trouble> _troubles = new();

    public IReadOnlyList<Order> Orders => orders;

    public IReadOnlyDictionary<string, DateTimeOffset> Kills => _kills;

    public IReadOnlyCollection<Trouble> Troubles => _troubles;

    /// <summary>The outcomes that changed nothing, because their lease was lost.</summary>
    public IReadOnlyCollection<(string Instance, string DeliveryId)> LostLeases => [.. _lostLeases.Keys];

    public Fate FateOf(Order order) => _fates.GetValueOrDefault(order.Number);

    public int Count(Fate fate) => orders.Count(order => FateOf(order) == fate);

    public void NoteKill(string instance) => _kills[instance] = TimeProvider.System.GetUtcNow();

    /// <summary>Notes for how long an instance, or each of them, cannot record anything.</summary>
    public async Task NoteTroubleAsync(string? instance, Func<Task> lastAsync)
    {
        var start = TimeProvider.System.GetUtcNow();
        await lastAsync();
        _troubles.Enqueue(new Trouble(instance, start, TimeProvider.System.GetUtcNow()));
    }

    /// <summary>Notes what an instance said.</summary>
    /// <returns>The number of the order that it is done with; null when it is with none.</returns>
    public int? Hear(string instance, string line)
    {
        var words = line.Split(' ');
        if (words is ["lost", var deliveryId])
        {
            _lostLeases[(instance, deliveryId)] = true;
            return null;
        }

        var number = int.Parse(words[1], CultureInfo.InvariantCulture);
        var fate = Enum.Parse<Fate>(words[0], ignoreCase: true);
        _fates[number] = fate;
        return fate is Fate.Committed or Fate.RolledBack or Fate.Unknown ? number : null;
    }
}

/// <summary>A time in which an instance, or each of them, could record nothing.</summary>
internal sealed record Trouble(string? Instance, DateTimeOffset Start, DateTimeOffset End);

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
