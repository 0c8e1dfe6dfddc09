using System.ComponentModel;
using System.Text.Json;

namespace Webhooks.AspNetCore.Management.EventTypes;

/// <summary>An example, as answers show it.</summary>
internal sealed record EventExampleResource
{
    [Description("What it is called.")]
    public required string Name { get; init; }

    [Description("What is sent: the data in its envelope. Null where the envelope cannot be made without a real event.")]
    public required JsonElement Payload { get; init; }

    [Description("The data of the event alone.")]
    public required JsonElement Data { get; init; }
}
