using System.Diagnostics.CodeAnalysis;
using Webhooks.Endpoints;

namespace Webhooks.Operations;

/// <summary><see cref="OperationalEventTypes.EndpointEnabled"/>: an endpoint that was disabled was enabled.</summary>
public sealed record EndpointEnabled : EndpointEventData
{
    /// <summary>Makes one, for tests of handlers.</summary>
    public EndpointEnabled()
    {
    }

    [SetsRequiredMembers]
    internal EndpointEnabled(WebhookEndpoint endpoint)
        : base(endpoint)
    {
    }
}
