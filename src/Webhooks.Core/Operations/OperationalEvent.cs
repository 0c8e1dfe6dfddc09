namespace Webhooks.Operations;

/// <summary>An operational event, as a handler gets it.</summary>
public sealed record OperationalEvent
{
    /// <summary>The id of its message: the same on every attempt, for handlers that must not do a thing twice.</summary>
    public required string Id { get; init; }

    /// <summary>Its type, one of <see cref="OperationalEventTypes"/>.</summary>
    public required string EventType { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>1 for the first attempt to handle it.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>What happened: <see cref="DeliveryExhausted"/>, for one.</summary>
    public required OperationalEventData Data { get; init; }
}
