using System.Diagnostics.CodeAnalysis;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>
/// <see cref="OperationalEventTypes.DeliveryRecovered"/>: a delivery has succeeded that had been reported as failing or exhausted.
/// </summary>
public sealed record DeliveryRecovered : DeliveryEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public DeliveryRecovered()
    {
    }

    [SetsRequiredMembers]
    internal DeliveryRecovered(DeliveryAttempt attempt, LeasedDelivery delivery)
        : base(attempt, delivery)
    {
    }
}
