namespace Webhooks.EntityFrameworkCore.Store.Endpoints;

/// <summary>What becomes of deliveries to an endpoint.</summary>
internal enum EndpointHold
{
    /// <summary>They are not held: it is gone, or neither paused, disabled nor ordered any more.</summary>
    None,

    /// <summary>They are held.</summary>
    Held,

    /// <summary>They are held, and the first in the line of an ordered endpoint is among them.</summary>
    First,
}
