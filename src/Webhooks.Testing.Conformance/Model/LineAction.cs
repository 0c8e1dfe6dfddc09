namespace Webhooks.Testing.Conformance.Model;

/// <summary>What can happen around an ordered endpoint.</summary>
internal enum LineAction
{
    /// <summary>Some events are published.</summary>
    Publish,

    /// <summary>A dispatcher claims what is due, and held deliveries if it has the endpoint taken over and nothing in memory.</summary>
    Claim,

    /// <summary>A dispatcher sends what is first in its memory.</summary>
    Start,

    /// <summary>An attempt under way succeeds.</summary>
    Succeed,

    /// <summary>An attempt under way fails, and is to be made again.</summary>
    Fail,

    /// <summary>An attempt under way fails for good.</summary>
    Exhaust,

    /// <summary>A dispatcher gives what is first in its memory back.</summary>
    GiveBack,

    /// <summary>A dispatcher dies and another takes its place.</summary>
    Crash,

    /// <summary>A dispatcher that has nothing under way hands the endpoint over.</summary>
    Stop,

    /// <summary>A delivery is sent again.</summary>
    Resend,

    /// <summary>The endpoint's circuit opens.</summary>
    Break,

    /// <summary>A pending delivery, or several, is canceled.</summary>
    Cancel,

    /// <summary>The endpoint is disabled.</summary>
    Disable,

    /// <summary>The endpoint is enabled.</summary>
    Enable,

    /// <summary>Time passes.</summary>
    Advance,
}
