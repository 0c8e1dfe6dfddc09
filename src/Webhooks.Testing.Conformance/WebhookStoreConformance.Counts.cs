using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task Deliveries_of_an_endpoint_are_counted_by_status_and_time()
    {
        var endpoint = await AddEndpointAsync();
        var other = await AddEndpointAsync();
        await AppendAsync([.. Enumerable.Range(1, 4).Select(at => A.Message(createdAt: A.At(at)))]);
        foreach (var lease in (await ClaimAsync(at: 5)).Deliveries.Where(lease => lease.EndpointId == endpoint.EndpointId))
        {
            await CompleteAsync((lease.Message.CreatedAt - A.Start).TotalSeconds switch
            {
                1 => A.Success(lease),
                2 => A.Failure(lease),
                3 => A.Success(lease),
                _ => A.Retry(lease, A.At(1000)),
            });
        }

        var query = new DeliveryCountQuery { TenantId = A.Tenant, EndpointId = endpoint.EndpointId };
        await AssertCountsAsync(query, new DeliveryCounts { Pending = 1, Succeeded = 2, Failed = 1 });
        await AssertCountsAsync(query with { EndpointId = other.EndpointId }, new DeliveryCounts { Pending = 4 });
        await AssertCountsAsync(query with { Since = A.At(2), Until = A.At(4) }, new DeliveryCounts { Succeeded = 1, Failed = 1 });
        await AssertCountsAsync(query with { TenantId = A.OtherTenant }, new DeliveryCounts());
        await AssertCountsAsync(query with { EndpointId = "ep_unknown" }, new DeliveryCounts());
        await Store.CancelPendingAsync(endpoint, A.At(6), 100, default);
        await AssertCountsAsync(query, new DeliveryCounts { Succeeded = 2, Failed = 1, Canceled = 1 });
    }

    [Fact]
    public async Task A_count_ends_at_its_limit_with_the_newest_deliveries()
    {
        var endpoint = await AddEndpointAsync();
        await AppendAsync([.. Enumerable.Range(1, 5).Select(at => A.Message(createdAt: A.At(at)))]);
        foreach (var lease in (await ClaimAsync(at: 6)).Deliveries.Where(lease => lease.Message.CreatedAt > A.At(3)))
        {
            await CompleteAsync(A.Success(lease));
        }

        var query = new DeliveryCountQuery { TenantId = A.Tenant, EndpointId = endpoint.EndpointId };
        await AssertCountsAsync(query with { Limit = 3 }, new DeliveryCounts { Pending = 1, Succeeded = 2, IsPartial = true });
        await AssertCountsAsync(query with { Limit = 6 }, new DeliveryCounts { Pending = 3, Succeeded = 2 });
    }

    [Fact]
    public async Task Attempts_of_a_message_are_listed_by_delivery_in_pages()
    {
        await AddEndpointAsync();
        await AddEndpointAsync();
        var message = A.Message();
        await AppendAsync(message, A.Message());
        for (var round = 1; round <= 2; round++)
        {
            foreach (var lease in (await ClaimAsync(at: round * 10)).Deliveries)
            {
                await CompleteAsync(A.Retry(lease, A.At((round * 10) + 5)));
            }
        }

        var query = new AttemptQuery { TenantId = A.Tenant, MessageId = message.Id, Limit = 1 };
        var attempts = await ReadAllAsync(cursor => Store.ListAttemptsAsync(query with { Cursor = cursor }, default));
        var deliveries = await ReadDeliveriesAsync(message.Id);

        Assert.Equal([1, 2, 1, 2], attempts.Select(attempt => attempt.Number));
        Assert.Equal(deliveries.Select(delivery => delivery.Id).Order(), attempts.Select(attempt => attempt.DeliveryId).Distinct().Order());
        Assert.Equal(attempts[0].DeliveryId, attempts[1].DeliveryId);
        Assert.Empty((await Store.ListAttemptsAsync(query with { TenantId = A.OtherTenant }, default)).Items);
        Assert.Empty((await Store.ListAttemptsAsync(query with { MessageId = "msg_unknown" }, default)).Items);
    }

    private async Task AssertCountsAsync(DeliveryCountQuery query, DeliveryCounts expected) =>
        Assert.Equal(expected, await Store.CountDeliveriesAsync(query, default));
}
