using System.Diagnostics.CodeAnalysis;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>
/// <see cref="OperationalEventTypes.DeliveryFailing"/>: a delivery has failed <see cref="OperationalEventsOptions.FailingAfterAttempts"/>
/// times and is tried again.
/// </summary>
public sealed record DeliveryFailing : DeliveryEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public DeliveryFailing()
    {
    }

    [SetsRequiredMembers]
    internal DeliveryFailing(DeliveryAttempt attempt, LeasedDelivery delivery)
        : base(attempt, delivery)
    {
    }

    /// <summary>When the next attempt is due.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }
}
