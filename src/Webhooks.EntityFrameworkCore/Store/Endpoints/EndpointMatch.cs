using Webhooks.Filters;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.Store.Endpoints;

/// <summary>What fan-out needs to know of an endpoint that subscribes to an event type.</summary>
internal sealed record EndpointMatch(
    long Seq, Guid Key, string Id, long Version, bool IsPaused, bool IsOrdered, IReadOnlyList<string> Channels, PayloadFilter? Filter)
{
    /// <summary>Whether its deliveries are held.</summary>
    public bool IsHolding => IsPaused || IsOrdered;

    /// <summary>Those of the endpoints that a message goes to, by its channels and its payload.</summary>
    public static List<EndpointMatch> Accepting(List<EndpointMatch> matches, WebhookMessage message)
    {
        using var payload = new PayloadMatcher(message.Payload!.Value);
        return matches.FindAll(match => match.Accepts(message.Channels) && payload.Meets(match.Filter));
    }

    public bool Accepts(IReadOnlyList<string> channels) =>
        Channels.Count == 0 || Channels.Any(channel => channels.Contains(channel, StringComparer.Ordinal));
}
