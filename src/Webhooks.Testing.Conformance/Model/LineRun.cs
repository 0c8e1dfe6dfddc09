using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>
/// Lets three dispatchers that behave, and die, work on one ordered endpoint, and makes sure that its receiver never gets an event
/// while an earlier one is pending, nor while another dispatcher is sending one, nor one twice that is sent at most once.
/// </summary>
internal sealed class LineRun(IWebhookStore store)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>What an attempt may take: a dispatcher starts none whose lease ends before.</summary>
    private static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(20);

    private readonly List<Dispatcher> _dispatchers = [new("a"), new("b"), new("c")];
    private readonly List<string> _published = [];
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);

    /// <summary>Sent again: they get in line when a claim meets them, behind what is in a dispatcher's memory by then.</summary>
    private readonly HashSet<string> _again = new(StringComparer.Ordinal);

    /// <summary>What is sent at most once and was, with the resend that it was sent for.</summary>
    private readonly HashSet<(string MessageId, int Resend)> _sent = [];
    private readonly Dictionary<string, int> _resends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _deliveries = new(StringComparer.Ordinal);
    private DateTimeOffset _now = A.Start;
    private EndpointKey _endpoint;
    private int _deaths;

    public async Task RunAsync(IEnumerable<LineStep> steps)
    {
        var stored = A.Endpoint(isOrdered: true);
        _endpoint = stored.Key;
        Assert.True(await store.InsertEndpointAsync(stored, default));
        foreach (var step in steps)
        {
            await DoAsync(step);
        }

        await DrainAsync();
        Assert.Empty(_pending);
        Assert.Empty(_again);
    }

    private async Task DoAsync(LineStep step)
    {
        var dispatcher = _dispatchers[step.Who % _dispatchers.Count];
        switch (step.Action)
        {
            case LineAction.Publish:
                await PublishAsync(1 + (step.Amount % 3));
                break;
            case LineAction.Claim:
                await ClaimAsync(dispatcher, 1 + (step.Amount % 4));
                break;
            case LineAction.Start:
                Start(dispatcher);
                break;
            case LineAction.Succeed when dispatcher.Attempt is { } lease:
                await CompleteAsync(dispatcher, A.Success(lease, _now));
                break;
            case LineAction.Fail when dispatcher.Attempt is { Message.IsAtMostOnce: false } lease:
                await CompleteAsync(dispatcher, A.Retry(lease, _now.AddSeconds(step.Amount), _now));
                break;
            case LineAction.Exhaust when dispatcher.Attempt is { } lease:
                await CompleteAsync(dispatcher, A.Failure(lease, _now));
                break;
            case LineAction.GiveBack when dispatcher is { Attempt: null, Memory.Count: > 0 }:
                await store.ReleaseAsync(
                    dispatcher.Name, [new DeliveryRelease(dispatcher.Memory.Dequeue().Lease, _now.AddSeconds(step.Amount))], default);
                dispatcher.Forget(isTakenOver: false);
                break;
            case LineAction.Crash:
                _dispatchers[_dispatchers.IndexOf(dispatcher)] = new Dispatcher($"{dispatcher.Name[0]}{++_deaths}");
                break;
            case LineAction.Stop when dispatcher is { Attempt: null, IsTakenOver: true }:
                await store.PauseEndpointAsync(new EndpointPause(_endpoint, _now, dispatcher.Name), default);
                dispatcher.Forget(isTakenOver: false);
                break;
            case LineAction.Resend when _published.Count > 0:
                await ResendAsync(_published[step.Amount % _published.Count]);
                break;
            case LineAction.Break when dispatcher is { Attempt: null, IsTakenOver: true } && dispatcher.TakenOverUntil > _now:
                await store.PauseEndpointAsync(
                    new EndpointPause(_endpoint, _now.AddSeconds(step.Amount), Owner: null, PauseReason.Failing), default);
                dispatcher.Forget(isTakenOver: false);
                break;
            case LineAction.Cancel when step.Amount % 4 == 0:
                await CancelAsync();
                break;
            case LineAction.Disable:
                await ChangeAsync(EndpointStatus.Disabled);
                break;
            case LineAction.Enable:
                await ChangeAsync(EndpointStatus.Enabled);
                break;
            case LineAction.Advance:
                _now = _now.AddSeconds(step.Amount);
                break;
            default:
                break;
        }
    }

    private async Task PublishAsync(int count)
    {
        var stored = (await store.GetEndpointAsync(_endpoint, default))!;
        if (stored.Endpoint.Status == EndpointStatus.Disabled)
        {
            return;
        }

        // Instances whose clocks differ: the order is not that of the times.
        var createdAt = _now.AddSeconds(-(_published.Count % 7));
        List<WebhookMessage> messages =
            [.. Enumerable.Range(0, count).Select(number => A.Message(createdAt: createdAt, isAtMostOnce: (_published.Count + number) % 3 == 0))];
        await store.AppendAsync(messages, new LeaseGrant(_dispatchers[0].Name, _now + Lease, Limit: 9), default);
        foreach (var message in messages)
        {
            _published.Add(message.Id);
            _pending.Add(message.Id);
            var page = await store.ListDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, MessageId = message.Id }, default);
            _deliveries.Add(message.Id, Assert.Single(page.Items).Id);
        }
    }

    private async Task ClaimAsync(Dispatcher dispatcher, int limit)
    {
        var claim = await store.ClaimAsync(new ClaimRequest(dispatcher.Name, _now, _now + Lease, 10), default);
        Assert.Empty(claim.Deliveries);
        if (claim.Resumed.Count > 0)
        {
            (dispatcher.IsTakenOver, dispatcher.TakenOverUntil) = (true, _now + Lease);
        }

        if (dispatcher is not { IsTakenOver: true, Attempt: null, Memory.Count: 0 })
        {
            return;
        }

        var held = await store.ClaimHeldAsync(new HeldClaimRequest(_endpoint, dispatcher.Name, _now, _now + Lease, limit), default);
        foreach (var lease in held.Deliveries)
        {
            Assert.True(lease.IsOrdered);
            if (lease.IsInterrupted)
            {
                await RecordAsync(dispatcher, A.Interrupted(lease, _now), lease.Message.Id);
            }
            else
            {
                dispatcher.Memory.Enqueue((lease, _resends.GetValueOrDefault(lease.Message.Id)));
            }
        }

        (dispatcher.IsTakenOver, dispatcher.TakenOverUntil) = (!held.IsOver, _now + Lease);
    }

    private void Start(Dispatcher dispatcher)
    {
        if (dispatcher.Attempt is not null || !dispatcher.Memory.TryDequeue(out var next))
        {
            return;
        }

        // What was canceled and sent again meanwhile is still that of before.
        var (lease, resend) = next;
        if (lease.LeaseUntil - _now < AttemptTime)
        {
            // It claims anew.
            dispatcher.Forget(dispatcher.IsTakenOver);
            return;
        }

        var first = _published.Find(_pending.Contains);
        if (_pending.Contains(lease.Message.Id))
        {
            Assert.Equal(first, lease.Message.Id);
        }

        Assert.All(
            _dispatchers.Where(other => other != dispatcher && other.Attempt is not null),
            other => Assert.True(other.Ends <= _now, "Two dispatchers send at the same time."));
        Assert.True(!lease.Message.IsAtMostOnce || _sent.Add((lease.Message.Id, resend)), "What is sent at most once is sent twice.");
        dispatcher.Attempt = lease;
        dispatcher.Ends = _now + AttemptTime;
    }

    private async Task CompleteAsync(Dispatcher dispatcher, DeliveryOutcome outcome)
    {
        var isRecorded = await RecordAsync(dispatcher, outcome, dispatcher.Attempt!.Message.Id);
        dispatcher.Attempt = null;
        if (!isRecorded || outcome.RetryAt is not null)
        {
            dispatcher.Forget(dispatcher.IsTakenOver && !isRecorded);
        }
    }

    private async Task<bool> RecordAsync(Dispatcher dispatcher, DeliveryOutcome outcome, string messageId)
    {
        var isRecorded = Assert.Single(await store.CompleteAsync(dispatcher.Name, [outcome], default));
        if (isRecorded && outcome.RetryAt is null)
        {
            _pending.Remove(messageId);
            _again.Remove(messageId);
        }

        return isRecorded;
    }

    private async Task ResendAsync(string messageId)
    {
        if (await store.ResendAsync(A.Tenant, _deliveries[messageId], _now, resendId: null, default) == ResendResult.Resent)
        {
            _again.Add(messageId);
            _resends[messageId] = _resends.GetValueOrDefault(messageId) + 1;
        }
    }

    private async Task CancelAsync()
    {
        if (await store.CancelPendingAsync(_endpoint, _now, limit: 100, default) > 0)
        {
            _pending.Clear();
            _again.Clear();
        }
    }

    private async Task ChangeAsync(EndpointStatus status)
    {
        var stored = (await store.GetEndpointAsync(_endpoint, default))!;
        var endpoint = stored.Endpoint with { Status = status, Version = stored.Endpoint.Version + 1, UpdatedAt = _now };
        Assert.True(await store.ReplaceEndpointAsync(stored with { Endpoint = endpoint }, stored.Endpoint.Version, default));
    }

    /// <summary>All die, and one that finds the endpoint enabled sends what is left.</summary>
    private async Task DrainAsync()
    {
        await ChangeAsync(EndpointStatus.Enabled);
        var last = new Dispatcher("last");
        _dispatchers.Clear();
        _dispatchers.Add(last);
        _now = _now.AddDays(1);
        for (var rounds = 0; _pending.Count + _again.Count > 0; rounds++)
        {
            Assert.InRange(rounds, 0, 2_000);
            await ClaimAsync(last, limit: 3);
            Start(last);
            if (last.Attempt is { } lease)
            {
                await CompleteAsync(last, A.Success(lease, _now));
            }
        }
    }

    private sealed class Dispatcher(string name)
    {
        public string Name => name;

        public bool IsTakenOver { get; set; }

        public DateTimeOffset TakenOverUntil { get; set; }

        public Queue<(LeasedDelivery Lease, int Resend)> Memory { get; } = [];

        public LeasedDelivery? Attempt { get; set; }

        public DateTimeOffset Ends { get; set; }

        public void Forget(bool isTakenOver)
        {
            IsTakenOver = isTakenOver;
            Memory.Clear();
        }
    }
}
