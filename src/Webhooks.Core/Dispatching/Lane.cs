using System.Diagnostics.CodeAnalysis;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What this instance holds in memory for one endpoint. A slow or dead endpoint fills its own lane and no other. Its state
/// belongs to <see cref="LaneScheduler"/> and is touched under its lock only.
/// </summary>
internal sealed class Lane(EndpointKey endpoint)
{
    /// <summary>Mutable and therefore no property.</summary>
    public Circuit Circuit;

    private readonly Queue<LeasedDelivery> _waiting = [];
    private Stack<LeasedDelivery>? _putBack;

    public EndpointKey Endpoint { get; } = endpoint;

    /// <summary>How many deliveries wait for their attempt.</summary>
    public int WaitingCount => _waiting.Count + (_putBack?.Count ?? 0);

    /// <summary>Attempts under way.</summary>
    public int InFlight { get; set; }

    /// <summary>The most attempts at a time: one, until the first of them knows the endpoint and its setting.</summary>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>The most attempts at a time now.</summary>
    public int Limit => Circuit.IsProbing || IsOrdered ? 1 : MaxConcurrency;

    /// <summary>Whether what waits in it stands in order: the next one starts when the end of the one before it is recorded.</summary>
    public bool IsOrdered { get; private set; }

    /// <summary>The endpoint's rate limit; null for none, or while it is not known.</summary>
    public RateGate? Gate { get; set; }

    /// <summary>The rate limit of the endpoint's tenant; null for none, or while it is not known.</summary>
    public RateGate? TenantGate { get; set; }

    /// <summary>Whether it waits for the time that a rate limit allows.</summary>
    public bool IsPaced { get; set; }

    /// <summary>Whether a pause that stops all attempts is being written to the store.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether it stands in the scheduler's ring of lanes that have something to attempt.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether the endpoint is paused in the store and taken over by this instance, which claims what is held for it.</summary>
    public bool IsTakenOver { get; set; }

    public bool IsIdle => WaitingCount == 0 && InFlight == 0 && !IsTakenOver && !IsClosed && !IsPaced;

    /// <summary>Lets a delivery wait behind the others.</summary>
    public void Add(LeasedDelivery delivery)
    {
        IsOrdered = delivery.IsOrdered;
        _waiting.Enqueue(delivery);
    }

    /// <summary>Lets a delivery that was taken wait again, before the others.</summary>
    public void PutBack(LeasedDelivery delivery) => (_putBack ??= []).Push(delivery);

    /// <summary>The delivery that is next; null when none waits.</summary>
    public LeasedDelivery? Next => _putBack is { Count: > 0 } ? _putBack.Peek() : _waiting.TryPeek(out var next) ? next : null;

    /// <summary>Takes the delivery that is next.</summary>
    public bool TryTake([NotNullWhen(true)] out LeasedDelivery? delivery)
    {
        if (_putBack is not null && _putBack.TryPop(out delivery))
        {
            return true;
        }

        return _waiting.TryDequeue(out delivery);
    }

    /// <summary>Takes what is more than a number of deliveries.</summary>
    public IReadOnlyList<LeasedDelivery> TakeBeyond(int count)
    {
        var all = TakeAll();
        foreach (var delivery in all.Take(count))
        {
            Add(delivery);
        }

        return [.. all.Skip(count)];
    }

    /// <summary>Whether one that waits is meant.</summary>
    public bool HasAny(Predicate<LeasedDelivery> isMeant) =>
        _waiting.Any(delivery => isMeant(delivery)) || _putBack?.Any(delivery => isMeant(delivery)) is true;

    /// <summary>Takes those that are meant.</summary>
    public IReadOnlyList<LeasedDelivery> TakeWhere(Predicate<LeasedDelivery> isMeant)
    {
        if (!HasAny(isMeant))
        {
            return [];
        }

        var all = TakeAll();
        foreach (var delivery in all.Where(delivery => !isMeant(delivery)))
        {
            Add(delivery);
        }

        return [.. all.Where(delivery => isMeant(delivery))];
    }

    /// <summary>Takes all deliveries.</summary>
    public IReadOnlyList<LeasedDelivery> TakeAll()
    {
        List<LeasedDelivery> all = [.. _putBack ?? [], .. _waiting];
        _putBack = null;
        _waiting.Clear();
        return all;
    }
}
