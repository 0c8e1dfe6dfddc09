using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Webhooks.Dispatching;
using Webhooks.Signing;

namespace QuickStart;

/// <summary>How well a partner's server works.</summary>
internal enum Behavior
{
    Good,
    FailsTwice,
    Hangs,
    Gone,
}

/// <summary>A partner's server: verifies what it gets, keeps its own records, and answers as well as it can.</summary>
internal sealed class Receiver(string tenant, string endpointId, Behavior behavior, string eventTypes)
{
    private readonly ConcurrentDictionary<string, int> _requestsById = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _accepted = new(StringComparer.Ordinal);
    private WebhookVerifier? _verifier;
    private int _verified;
    private int _refused;
    private int _duplicates;

    public string Tenant => tenant;

    public string EndpointId => endpointId;

    public string EventTypes => eventTypes;

    public Behavior Behavior => behavior;

    /// <summary>The endpoint's own retry schedule; null for the host's.</summary>
    public RetrySchedule? RetrySchedule { get; init; }

    public string Path => $"/{tenant}/{endpointId}";

    public string Url { get; set; } = "";

    /// <summary>Requests whose signature is right.</summary>
    public int Verified => Volatile.Read(ref _verified);

    /// <summary>Requests whose signature is wrong.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public int Requests => Verified + Refused;

    /// <summary>Requests for a message that was accepted before.</summary>
    public int Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>The ids of the messages that were accepted.</summary>
    public ICollection<string> Accepted => _accepted.Keys;

    /// <summary>Takes the secret that the endpoint's owner was shown.</summary>
    public void UseSecret(WebhookSecret secret) => _verifier = new WebhookVerifier(secret);

    public async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        // The signature covers the body byte for byte: verify first, parse later.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (!_verifier!.Verify(name => request.Headers[name], body.ToArray()).IsValid)
        {
            Interlocked.Increment(ref _refused);
            return Results.Unauthorized();
        }

        Interlocked.Increment(ref _verified);
        var id = request.Headers[StandardWebhooksHeaders.Id].ToString();
        var requests = _requestsById.AddOrUpdate(id, 1, (_, count) => count + 1);
        return behavior switch
        {
            Behavior.FailsTwice when requests <= 2 => Results.StatusCode(StatusCodes.Status503ServiceUnavailable),
            Behavior.Gone => Results.StatusCode(StatusCodes.Status410Gone),
            Behavior.Hangs => await HangAsync(request.HttpContext.RequestAborted),
            _ => Accept(id),
        };
    }

    private IResult Accept(string id)
    {
        // Delivery is at least once. The id is the same on every attempt: this is how a receiver knows a duplicate.
        if (!_accepted.TryAdd(id, true))
        {
            Interlocked.Increment(ref _duplicates);
        }

        return Results.Ok();
    }

    private static async Task<IResult> HangAsync(CancellationToken requestAborted)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = requestAborted.Register(aborted.SetResult);
        await aborted.Task;
        return Results.Empty;
    }
}
