using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

/// <summary>An endpoint is often deleted because it is dead, and then it has a backlog.</summary>
public sealed class DeleteEndpointTests : IDisposable
{
    private const string EndOfDeleted = "DELETE FROM webhook_subscription; DELETE FROM webhook_endpoint";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_large_backlog_is_canceled_in_portions_between_which_others_write()
    {
        using var store = A.Store(_directory.File());
        await AddHeldAsync(store, 5_000);
        var before = store.Database.CommitCount;

        (await store.DeleteEndpointAsync(A.Endpoint().Key, expectedVersion: null, A.Now, announcement: null, default)).Should().BeTrue();

        (store.Database.CommitCount - before).Should().Be(3);
        (await CountAsync(store, DeliveryStatus.Pending)).Should().Be(0);
        (await CountAsync(store, DeliveryStatus.Canceled)).Should().Be(PageQuery.MaxLimit);
    }

    [Fact]
    public async Task What_a_process_that_died_has_left_of_a_deleted_endpoint_is_canceled_by_the_next()
    {
        using (var dying = A.Store(_directory.File()))
        {
            await AddHeldAsync(dying, 3);
        }

        HostConnection.Execute(_directory.File(), EndOfDeleted);
        using var store = A.Store(_directory.File());

        (await store.ClaimAsync(A.Claim(), default)).Deliveries.Should().BeEmpty();

        var deliveries = (await store.ListDeliveriesAsync(new DeliveryQuery(), default)).Items;
        deliveries.Should().HaveCount(3).And.OnlyContain(
            delivery => delivery.Status == DeliveryStatus.Canceled && delivery.CancelReason == CancelReason.EndpointDeleted);
    }

    [Fact]
    public async Task A_new_endpoint_gets_nothing_of_what_a_deleted_one_of_its_id_has_left()
    {
        using var store = A.Store(_directory.File());
        await AddHeldAsync(store, 3);
        HostConnection.Execute(_directory.File(), EndOfDeleted);

        (await store.InsertEndpointAsync(A.Endpoint(), default)).Should().BeTrue();

        (await CountAsync(store, DeliveryStatus.Canceled)).Should().Be(3);
    }

    private static async Task AddHeldAsync(SqliteWebhookStore store, int count)
    {
        await store.InsertEndpointAsync(A.Endpoint(), default);
        await store.PauseEndpointAsync(new EndpointPause(A.Endpoint().Key, A.Now.AddDays(1), Owner: null), default);
        await store.AppendAsync([.. Enumerable.Range(0, count).Select(i => A.Message($"msg_{i}"))], leases: null, default);
    }

    private static async Task<int> CountAsync(SqliteWebhookStore store, DeliveryStatus status) =>
        (await store.ListDeliveriesAsync(new DeliveryQuery { Status = status, Limit = PageQuery.MaxLimit }, default)).Items.Count;
}
