using Webhooks.Sqlite.Deliveries;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

public sealed class DeliveryKeyTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public static TheoryData<long, long, int, int> Keys => new()
    {
        { 0, 1, 0, 0 },
        { 1_777_636_800_000, 1, 0, 0 },
        { 1_777_636_800_000, (1L << 28) - 1, 19, 1 },
        { 1_777_636_800_000, 1L << 28, 0, (1 << 14) - 1 },
        { (1L << 48) - 1, (1L << 40) - 1, (1 << 20) - 1, (1 << 14) - 1 },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Keys))]
    public void An_id_tells_the_place_of_its_row(long createdAt, long messageSeq, int ordinal, int tail)
    {
        var key = new DeliveryKey(createdAt, messageSeq, ordinal, tail);

        DeliveryKey.TryParse(key.ToId(), out var read).Should().BeTrue();

        read.Should().Be(key);
    }

    [Fact]
    public void Ids_have_the_order_in_which_their_deliveries_were_stored()
    {
        DeliveryKey[] keys =
        [
            new(1_000, 7, 0, 9), new(1_000, 7, 1, 9), new(1_000, 8, 0, 3), new(1_000, 1L << 30, 0, 0), new(1_001, 9, 0, 0),
        ];

        keys.Select(key => key.ToId()).Should().BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_id_does_not_find_a_delivery_that_later_got_the_same_place()
    {
        using var store = A.Store(_directory.File());
        await store.InsertEndpointAsync(A.Endpoint(), default);
        var first = await AppendAsync(store, "msg_1", A.Now);
        await store.CompleteAsync(A.Owner, [A.Success(first)], default);
        await store.PruneAsync(new PruneRequest(A.Now.AddDays(1), A.Now.AddDays(1), 100), default);

        var second = await AppendAsync(store, "msg_2", A.Now.AddDays(2));

        (await store.CompleteAsync(A.Owner, [A.Success(first)], default)).Should().Equal(false);
        (await store.GetDeliveryAsync(first.Message.TenantId, first.Id, default)).Should().BeNull();
        (await store.GetDeliveryAsync(second.Message.TenantId, second.Id, default))!.AttemptCount.Should().Be(0);
    }

    private static async Task<LeasedDelivery> AppendAsync(SqliteWebhookStore store, string id, DateTimeOffset time)
    {
        var results = await store.AppendAsync([A.Message(id, time)], new LeaseGrant(A.Owner, time.AddDays(1), 1), default);
        return results[0].Leased[0];
    }
}
