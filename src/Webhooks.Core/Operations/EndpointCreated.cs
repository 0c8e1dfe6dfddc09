using System.Diagnostics.CodeAnalysis;
using Webhooks.Endpoints;

namespace Webhooks.Operations;

/// <summary><see cref="OperationalEventTypes.EndpointCreated"/>: an endpoint was added.</summary>
public sealed record EndpointCreated : EndpointEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public EndpointCreated()
    {
    }

    [SetsRequiredMembers]
    internal EndpointCreated(WebhookEndpoint endpoint)
        : base(endpoint)
    {
    }
}
