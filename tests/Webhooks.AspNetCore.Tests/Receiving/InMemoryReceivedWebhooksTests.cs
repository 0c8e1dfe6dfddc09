using Webhooks.AspNetCore.Receiving;
using Webhooks.Testing;

namespace Webhooks.AspNetCore.Tests.Receiving;

public sealed class InMemoryReceivedWebhooksTests
{
    private readonly FakeClock _clock = new(Message.SentAt);

    [Fact]
    public async Task A_message_is_new_then_being_processed_then_processed()
    {
        var store = new InMemoryReceivedWebhooks(timeProvider: _clock);

        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.New);
        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.Processing);
        await store.CompleteAsync("scope", "msg_1", default);
        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.Processed);
    }

    [Fact]
    public async Task A_forgotten_message_is_new()
    {
        var store = new InMemoryReceivedWebhooks(timeProvider: _clock);

        await BeginAsync(store, "msg_1");
        await store.ForgetAsync("scope", "msg_1", default);

        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.New);
    }

    [Fact]
    public async Task A_processed_message_is_remembered_for_a_day_when_nothing_else_is_said()
    {
        var store = new InMemoryReceivedWebhooks(timeProvider: _clock);
        await ProcessAsync(store, "msg_1");

        _clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromTicks(1));
        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.Processed);
        _clock.Advance(TimeSpan.FromTicks(1));
        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.New);
    }

    [Fact]
    public async Task The_oldest_processed_message_is_forgotten_for_one_more_than_there_is_room_for()
    {
        var store = new InMemoryReceivedWebhooks(capacity: 2, timeProvider: _clock);
        await BeginAsync(store, "under way");
        await ProcessAsync(store, "msg_1");
        await ProcessAsync(store, "msg_2");
        await ProcessAsync(store, "msg_3");

        (await BeginAsync(store, "under way")).Should().Be(WebhookReceipt.Processing);
        (await BeginAsync(store, "msg_2")).Should().Be(WebhookReceipt.Processed);
        (await BeginAsync(store, "msg_3")).Should().Be(WebhookReceipt.Processed);
        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.New);
    }

    [Fact]
    public async Task A_message_under_way_does_not_expire()
    {
        var store = new InMemoryReceivedWebhooks(timeToLive: TimeSpan.FromMinutes(1), timeProvider: _clock);
        await BeginAsync(store, "msg_1");

        _clock.Advance(TimeSpan.FromDays(1));

        (await BeginAsync(store, "msg_1")).Should().Be(WebhookReceipt.Processing);
    }

    [Fact]
    public async Task The_same_id_in_another_scope_is_another_message()
    {
        var store = new InMemoryReceivedWebhooks(timeProvider: _clock);
        await ProcessAsync(store, "msg_1");

        (await store.BeginAsync("another", "msg_1", default)).Should().Be(WebhookReceipt.New);
    }

    [Fact]
    public void Neither_room_nor_time_can_be_nothing()
    {
        FluentActions.Invoking(() => new InMemoryReceivedWebhooks(capacity: 0))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("capacity");
        FluentActions.Invoking(() => new InMemoryReceivedWebhooks(timeToLive: TimeSpan.Zero))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeToLive");
    }

    private static ValueTask<WebhookReceipt> BeginAsync(InMemoryReceivedWebhooks store, string id) =>
        store.BeginAsync("scope", id, CancellationToken.None);

    private static async Task ProcessAsync(InMemoryReceivedWebhooks store, string id)
    {
        await BeginAsync(store, id);
        await store.CompleteAsync("scope", id, CancellationToken.None);
    }
}
