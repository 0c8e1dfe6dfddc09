using System.Runtime.InteropServices;

namespace Webhooks.Dispatching;

/// <summary>What the settings allow a lane.</summary>
/// <param name="MaxConcurrency">The most attempts at a time.</param>
/// <param name="Interval">The time between two attempts to the endpoint, on all instances; null for no limit.</param>
/// <param name="TenantInterval">The time between two attempts to all of the tenant's endpoints; null for no limit.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LaneLimits(int MaxConcurrency, TimeSpan? Interval = null, TimeSpan? TenantInterval = null);
