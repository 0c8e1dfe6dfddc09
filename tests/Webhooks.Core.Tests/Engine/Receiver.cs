using System.Net;
using Webhooks.Http;

namespace Webhooks.Core.Tests.Engine;

/// <summary>Stands in for the network: records every request and answers as the test says; 200 unless it says anything.</summary>
internal sealed class Receiver(TimeProvider clock) : HttpMessageHandler
{
    private readonly Signal _signal = new();
    private readonly Lock _lock = new();
    private readonly List<ReceivedRequest> _requests = [];
    private int _open;
    private int _mostOpen;

    /// <summary>How it answers.</summary>
    public Func<ReceivedRequest, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } =
        (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

    public IReadOnlyList<ReceivedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many requests there were.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _requests.Count;
            }
        }
    }

    /// <summary>How many requests wait for their answer.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The most requests that ever waited at the same time.</summary>
    public int MostOpen => Volatile.Read(ref _mostOpen);

    public void AnswerWith(HttpStatusCode status) => Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status));

    /// <summary>Answers each request by its number, from 1.</summary>
    public void AnswerEach(Func<int, HttpResponseMessage> answer) => Answer = (request, _) => Task.FromResult(answer(request.Number));

    /// <summary>Answers 200 once the gate is open.</summary>
    public void AnswerAfter(Gate gate) => Answer = async (_, token) =>
    {
        await gate.PassAsync(token);
        return new HttpResponseMessage(HttpStatusCode.OK);
    };

    public Task WhenAsync(Func<Receiver, bool> condition) => _signal.WhenAsync(() => condition(this));

    /// <summary>Waits until there were so many requests.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> ReceivedAsync(int count)
    {
        await WhenAsync(receiver => receiver.Requests.Count >= count);
        return Requests;
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        ReceivedRequest received;
        lock (_lock)
        {
            received = new ReceivedRequest(
                _requests.Count + 1, request.RequestUri!, clock.GetUtcNow(), body, ReadHeaders(request), request as WebhookRequest);
            _requests.Add(received);
            _open++;
            _mostOpen = Math.Max(_mostOpen, _open);
        }

        _signal.Raise();
        try
        {
            return await Answer(received, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _open--;
            }

            _signal.Raise();
        }
    }

    private static Dictionary<string, string> ReadHeaders(HttpRequestMessage request) =>
        request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? [])
            .ToDictionary(header => header.Key, header => string.Join(' ', header.Value), StringComparer.OrdinalIgnoreCase);
}
