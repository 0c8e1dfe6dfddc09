using Webhooks.Operations;

namespace Webhooks.Crash.Host;

/// <summary>Says which deliveries it is told of that are exhausted.</summary>
internal sealed class Exhausted : IOperationalEventHandler
{
    public Task HandleAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken)
    {
        if (operationalEvent.Data is DeliveryExhausted exhausted)
        {
            Console.WriteLine($"told {exhausted.DeliveryId}");
        }

        return Task.CompletedTask;
    }
}
