using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Webhooks.Core.Tests.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Publishing;

/// <summary>A store in which somebody's open transaction holds the id of one message.</summary>
public sealed class BlockedAppendTests : IDisposable
{
    private readonly BlockingStore _store = new();
    private readonly MessageAppender _appender;

    public BlockedAppendTests() =>
        _appender = new MessageAppender(_store, new NoDispatcher(), TestMetrics.Create(), NullLogger<MessageAppender>.Instance);

    public void Dispose() => _appender.Dispose();

    [Fact]
    public async Task A_message_that_waits_for_somebodys_transaction_keeps_nobody_else_waiting()
    {
        // The first append is under way while the two others form one batch behind it.
        var first = _appender.AppendAsync([Message("first")], default);
        var blocked = _appender.AppendAsync([Message(BlockingStore.Held)], default);
        var other = _appender.AppendAsync([Message("other")], default);
        _store.Begin.SetResult();

        await first;
        (await other)[0].MessageId.Should().Be("other");
        await _appender.AppendAsync([Message("later")], default);
        blocked.IsCompleted.Should().BeFalse();

        _store.IsHeld = false;
        (await blocked)[0].MessageId.Should().Be(BlockingStore.Held);
    }

    [Fact]
    public async Task A_publisher_can_stop_waiting_for_somebodys_transaction()
    {
        _store.Begin.SetResult();
        using var patience = new CancellationTokenSource();
        var blocked = _appender.AppendAsync([Message(BlockingStore.Held)], patience.Token);
        await _store.Blocked.Task;

        await patience.CancelAsync();

        await blocked.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>();
        _store.Stored.Should().BeEmpty();
    }

    private static WebhookMessage Message(string id) => new()
    {
        Id = id,
        TenantId = "acme",
        EventType = "order.paid",
        Payload = default,
        Timestamp = DateTimeOffset.UnixEpoch,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private sealed class BlockingStore : IMessageStore
    {
        public const string Held = "held";

        public TaskCompletionSource Begin { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentBag<string> Stored { get; } = [];

        public volatile bool IsHeld = true;

        public async Task<IReadOnlyList<AppendResult>> AppendAsync(
            IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken)
        {
            await Begin.Task;
            if (IsHeld && messages.Any(message => message.Id == Held))
            {
                Blocked.TrySetResult();
                await Task.Yield();
                throw new AppendBlockedException("Held.");
            }

            return [.. messages.Select(message =>
            {
                Stored.Add(message.Id);
                return new AppendResult(message.Id, DeliveryCount: 0, IsDuplicate: false, []);
            })];
        }
    }

    private sealed class NoDispatcher : IWebhookDispatcher
    {
        public LeaseGrant? Reserve() => null;

        public void Dispatch(LeaseGrant grant, IReadOnlyList<LeasedDelivery> deliveries)
        {
        }

        public void Wake()
        {
        }

        public void WakeAt(DateTimeOffset time)
        {
        }

        public void EndpointChanged(EndpointKey? endpoint)
        {
        }

        public void Erased(string tenantId, string? messageId)
        {
        }
    }
}
