using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Receiving;

namespace Webhooks.AspNetCore.Tests.Receiving;

/// <summary>A handler that counts its calls and answers as the test says; 204 unless it says anything.</summary>
internal sealed class Handler
{
    private readonly ConcurrentQueue<ReceivedWebhook> _received = [];

    public Func<Task<int>> Answer { get; set; } = () => Task.FromResult(StatusCodes.Status204NoContent);

    public IReadOnlyCollection<ReceivedWebhook> Received => _received;

    public Delegate Delegate => async (ReceivedWebhook webhook) =>
    {
        _received.Enqueue(webhook);
        return TypedResults.StatusCode(await Answer());
    };
}
