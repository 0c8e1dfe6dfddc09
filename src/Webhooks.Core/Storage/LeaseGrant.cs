namespace Webhooks.Storage;

/// <summary>A dispatcher's offer to take new deliveries at once.</summary>
/// <param name="Owner">The dispatcher's name, unique to this run of its process.</param>
/// <param name="Until">When the leases end.</param>
/// <param name="Limit">The most deliveries that it takes; at least 1.</param>
public sealed record LeaseGrant(string Owner, DateTimeOffset Until, int Limit);
