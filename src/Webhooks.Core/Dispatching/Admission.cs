using System.Runtime.InteropServices;
using Webhooks.Endpoints;

namespace Webhooks.Dispatching;

/// <summary>Whether a delivery may be attempted now.</summary>
/// <param name="Endpoint">The endpoint to which it may; null when it may not.</param>
/// <param name="StartedAt">When the attempt begins.</param>
/// <param name="Refusal">What becomes of it when it may not.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Admission(CachedEndpoint? Endpoint, DateTimeOffset StartedAt = default, AttemptResult Refusal = default)
{
    public static Admission Refused(AttemptResult result) => new(Endpoint: null, Refusal: result);
}
