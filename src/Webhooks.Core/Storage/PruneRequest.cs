namespace Webhooks.Storage;

/// <summary>What <see cref="IStoreMaintenance.PruneAsync"/> removes.</summary>
/// <param name="MessagesBefore">
/// Messages created before this time, with their deliveries and attempts, unless one of the deliveries is pending.
/// </param>
/// <param name="AttemptsBefore">Attempts started before this time, whatever their message.</param>
/// <param name="Limit">The most messages, and the most attempts, that one call removes; at least 1.</param>
public sealed record PruneRequest(DateTimeOffset MessagesBefore, DateTimeOffset AttemptsBefore, int Limit);
