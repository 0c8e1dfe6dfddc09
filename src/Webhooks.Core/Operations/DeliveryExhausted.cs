using System.Diagnostics.CodeAnalysis;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>
/// <see cref="OperationalEventTypes.DeliveryExhausted"/>: a delivery has ended as failed, because its retry schedule is exhausted, its
/// receiver says that it is gone, or it is sent at most once. It is not tried again unless somebody sends it again.
/// </summary>
public sealed record DeliveryExhausted : DeliveryEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public DeliveryExhausted()
    {
    }

    [SetsRequiredMembers]
    internal DeliveryExhausted(DeliveryAttempt attempt, LeasedDelivery delivery)
        : base(attempt, delivery)
    {
    }
}
