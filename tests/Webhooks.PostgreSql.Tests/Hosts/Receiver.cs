using System.Net;

namespace Webhooks.PostgreSql.Tests.Hosts;

/// <summary>Stands in for the network: records the message id and URL of each request, and answers 200.</summary>
internal sealed class Receiver : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<(string MessageId, Uri Url)> _requests = [];
    private readonly List<(int Count, TaskCompletionSource Waiter)> _waiters = [];

    /// <summary>What a request waits for before it is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<(string MessageId, Uri Url)> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Waits until there were so many requests.</summary>
    public async Task<IReadOnlyList<(string MessageId, Uri Url)>> ReceivedAsync(int count)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiters.Add((count, waiter));
            CallWaiters();
        }

        await waiter.Task.InTimeAsync();
        return Requests;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _requests.Add((request.Headers.GetValues("webhook-id").Single(), request.RequestUri!));
            CallWaiters();
        }

        await Gate.WaitAsync(cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }

    private void CallWaiters()
    {
        foreach (var (count, waiter) in _waiters)
        {
            if (_requests.Count >= count)
            {
                waiter.TrySetResult();
            }
        }
    }
}
