using System.ComponentModel.DataAnnotations;

namespace Webhooks.Operations;

/// <summary>What operators are told about endpoints and deliveries. All instances should have the same settings.</summary>
public sealed class OperationalEventsOptions
{
    /// <summary>
    /// Whether operational events are stored and delivered. <c>AddOperationalEvents</c> and <c>AddOperationalEventHandler</c> set it.
    /// Default: false.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// How many attempts of a delivery have to fail before it is reported as failing, 1 to 100. One whose retry schedule is shorter is
    /// reported when it is exhausted. Default: 4.
    /// </summary>
    [Range(1, 100)]
    public int FailingAfterAttempts { get; set; } = 4;
}
