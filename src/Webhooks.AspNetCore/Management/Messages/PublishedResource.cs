using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Messages;

/// <summary>What became of a published event.</summary>
internal sealed record PublishedResource
{
    [Description("The message's id; the first's, if the event is a duplicate.")]
    public required string Id { get; init; }

    [Description("To how many endpoints it goes.")]
    public required int DeliveryCount { get; init; }

    [Description("Whether it was published before, so that nothing was stored.")]
    public required bool IsDuplicate { get; init; }
}
