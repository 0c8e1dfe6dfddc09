using System.Text;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.TestEvents;

/// <summary>
/// The route of test events. As with publishing, the <c>Idempotency-Key</c> is the event's id, and the message's id is made of it and of
/// what is asked for.
/// </summary>
internal static class TestEventRoutes
{
    public static void Map(ManagementGroup group) =>
        group.Map(HttpMethods.Post, "/endpoints/{endpointId}/test", SendAsync, new Operation
        {
            Id = "testEndpoint",
            Summary = "Send an example of an event type to an endpoint",
            Description = "Once and at once, whatever the endpoint's state, and signed as any event. The answer says what came back, and so does "
                + "the log, which has its message, delivery and attempt.",
            Body = OperationContent.Of(new TestEventInput { EventType = "order.paid" }),
            SuccessDescription = "What came back, also when the receiver refused it or could not be reached.",
            Success = OperationContent.Of(Examples.TestEvent),
            TakesIdempotencyKey = true,
            Problems = [StatusCodes.Status409Conflict],
        });

    private static async Task<ManagementResult> SendAsync(ManagementRequest request)
    {
        var id = request.Id("endpointId");
        var body = await request.ReadBytesAsync("application/json").ConfigureAwait(false);
        var input = request.Deserialize<TestEventInput>(body);
        var key = request.IdempotencyKey;
        var messageId = key?.ToId(WebhookIdGenerator.MessagePrefix, [.. Encoding.UTF8.GetBytes(id), 0, .. body.Span]);
        var test = await request.Service<IEndpointTester>().SendExampleAsync(
            id,
            ManagementRequest.Required("eventType", input.EventType),
            input.Example,
            request.TenantId,
            key?.Value,
            messageId,
            request.Aborted).ConfigureAwait(false);
        return key is null || string.Equals(test.Message.Id, messageId, StringComparison.Ordinal)
            ? ManagementResult.Of(TestEventResource.Of(test))
            : throw key.UsedForAnother();
    }
}
