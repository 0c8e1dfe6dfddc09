namespace Webhooks.LoadTest.Stores;

/// <summary>What a store should hold in the end, counted by those who published and attempted.</summary>
/// <param name="Messages">How many messages.</param>
/// <param name="EventIds">How many of them with an event id.</param>
/// <param name="Deliveries">How many deliveries, all of which have ended.</param>
/// <param name="Attempts">How many attempts.</param>
internal sealed record StoredRows(long Messages, long EventIds, long Deliveries, long Attempts);
