using System.Runtime.InteropServices;

namespace Webhooks.Dispatching;

/// <summary>What an attempt says about its endpoint.</summary>
/// <param name="Counts">Whether it says anything.</param>
/// <param name="IsFailure">Whether it failed.</param>
/// <param name="FailingSince">Since when nothing but failures came before it; null when this is the first of them.</param>
/// <param name="PauseUntil">Until when the receiver asks to be left alone; null when it does not.</param>
/// <param name="EndpointVersion">The version of the endpoint to which it was made.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AttemptVerdict(
    bool Counts,
    bool IsFailure = false,
    DateTimeOffset? FailingSince = null,
    DateTimeOffset? PauseUntil = null,
    long EndpointVersion = 0);
