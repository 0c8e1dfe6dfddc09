using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Webhooks.AspNetCore.Management.TestEvents;

/// <summary>The body that sends an example.</summary>
internal sealed record TestEventInput
{
    [Required]
    [Description("The event type. The endpoint need not subscribe to it.")]
    public string? EventType { get; init; }

    [Description("The name of the example; null for the first.")]
    public string? Example { get; init; }
}
