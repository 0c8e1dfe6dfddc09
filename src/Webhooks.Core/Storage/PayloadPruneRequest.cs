namespace Webhooks.Storage;

/// <summary>What <see cref="IStoreMaintenance.PrunePayloadsAsync"/> removes.</summary>
/// <param name="Now">The time: payloads that are kept until then or before are removed.</param>
/// <param name="Interval">The least time after which a message that has a pending delivery is looked at again.</param>
/// <param name="Limit">The most messages that one call looks at; at least 1.</param>
public sealed record PayloadPruneRequest(DateTimeOffset Now, TimeSpan Interval, int Limit)
{
    /// <summary>
    /// When a message is looked at again that has a pending delivery: later and later, by an eighth of its age, so that a backlog that
    /// stays for weeks costs next to nothing.
    /// </summary>
    /// <param name="createdAt">When the message was published.</param>
    public DateTimeOffset NextTime(DateTimeOffset createdAt)
    {
        var pause = (Now - createdAt) / 8;
        return Now + TimeSpan.FromMilliseconds(Math.Ceiling((pause > Interval ? pause : Interval).TotalMilliseconds));
    }
}
