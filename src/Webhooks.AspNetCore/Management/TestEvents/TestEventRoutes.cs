using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.TestEvents;

/// <summary>The route of test events.</summary>
internal static class TestEventRoutes
{
    public static void Map(ManagementGroup group) =>
        group.Map(HttpMethods.Post, "/endpoints/{endpointId}/test", SendAsync, new Operation
        {
            Id = "testEndpoint",
            Summary = "Send an example of an event type to an endpoint",
            Description = "Once and at once, whatever the endpoint's state, and signed as any event. The answer says what came back; the log does "
                + "not show it.",
            Body = OperationContent.Of(new TestEventInput { EventType = "order.paid" }),
            SuccessDescription = "What came back, also when the receiver refused it or could not be reached.",
            Success = OperationContent.Of(Examples.TestEvent),
            Problems = [StatusCodes.Status409Conflict],
        });

    private static async Task<ManagementResult> SendAsync(ManagementRequest request)
    {
        var id = request.Id("endpointId");
        var input = await request.ReadAsync<TestEventInput>().ConfigureAwait(false);
        var test = await request.Service<IEndpointTester>()
            .SendExampleAsync(id, ManagementRequest.Required("eventType", input.EventType), input.Example, request.TenantId, request.Aborted)
            .ConfigureAwait(false);
        return ManagementResult.Of(TestEventResource.Of(test));
    }
}
