using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Webhooks.AspNetCore.Management.Replays;

/// <summary>The body that recovers what failed at an endpoint.</summary>
internal sealed record RecoverInput
{
    [Required]
    [Description("Messages published at this time or later.")]
    public DateTimeOffset? Since { get; init; }

    [Description("Only messages published before this time; null for all until now.")]
    public DateTimeOffset? Until { get; init; }

    [Description("Only messages of this event type; null for all.")]
    public string? EventType { get; init; }
}
