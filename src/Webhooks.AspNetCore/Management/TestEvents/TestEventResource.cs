using System.ComponentModel;
using System.Text.Json;
using Webhooks.AspNetCore.Management.Attempts;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.TestEvents;

/// <summary>What came of sending an example, as answers show it.</summary>
internal sealed record TestEventResource
{
    [Description("The message's id, which the receiver saw.")]
    public required string MessageId { get; init; }

    [Description("What was sent, with its envelope. Null once it was removed.")]
    public required JsonElement Payload { get; init; }

    [Description("The attempt, with what came back.")]
    public required AttemptResource Attempt { get; init; }

    public static TestEventResource Of(EndpointTest test) => new()
    {
        MessageId = test.Message.Id,
        Payload = test.Message.Payload is { } payload ? JsonNull.Parse(payload) : JsonNull.Element,
        Attempt = AttemptResource.Of(test.Attempt),
    };
}
