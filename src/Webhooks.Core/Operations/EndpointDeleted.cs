using System.Diagnostics.CodeAnalysis;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary><see cref="OperationalEventTypes.EndpointDeleted"/>: an endpoint was deleted; what was pending for it is canceled.</summary>
public sealed record EndpointDeleted : OperationalEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public EndpointDeleted()
    {
    }

    [SetsRequiredMembers]
    internal EndpointDeleted(EndpointKey endpoint)
        : base(endpoint)
    {
    }
}
