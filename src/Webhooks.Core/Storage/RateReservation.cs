namespace Webhooks.Storage;

/// <summary>Asks for a stretch of the time that all dispatchers share out among them for a rate limit.</summary>
/// <param name="TenantId">Whose limit it is.</param>
/// <param name="EndpointId">The endpoint whose limit it is; null for that of all of the tenant's endpoints together.</param>
/// <param name="Interval">The time between two attempts. With another one than before, a limit begins anew.</param>
/// <param name="Length">How long a stretch is asked for, in whole milliseconds.</param>
public sealed record RateReservation(string TenantId, string? EndpointId, TimeSpan Interval, TimeSpan Length);
