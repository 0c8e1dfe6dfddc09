using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task Deleting_an_endpoint_cancels_what_is_pending_for_it()
    {
        var endpoint = await AddEndpointAsync();
        var leased = await AppendLeasedAsync();
        var retrying = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(retrying, A.At(30)));
        var due = A.Message();
        await AppendAsync(due);
        await PauseAsync(endpoint, until: 100);
        var held = A.Message();
        await AppendAsync(held);

        Assert.True(await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(7.5), announcement: null, default));

        var deliveries = await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant });
        Assert.Equal(4, deliveries.Count);
        Assert.All(deliveries, delivery => Assert.Equal(
            (DeliveryStatus.Canceled, A.At(7.5), null), (delivery.Status, delivery.CompletedAt, delivery.NextAttemptAt)));
        Assert.Equal(1, deliveries.Single(delivery => delivery.Id == retrying.Id).AttemptCount);
        Assert.False(await CompleteAsync(A.Success(leased)));
        await ReleaseAsync(leased, dueAt: 8);
        Assert.Equal(DeliveryStatus.Canceled, (await GetDeliveryAsync(leased)).Status);
        var claim = await ClaimAsync(at: 1000);
        Assert.Empty(claim.Deliveries);
        Assert.Empty(claim.Resumed);
        Assert.Null(claim.NextDueAt);
    }

    [Fact]
    public async Task Deleting_an_endpoint_leaves_what_has_ended_and_other_endpoints_alone()
    {
        var endpoint = await AddEndpointAsync();
        var succeeded = await AppendLeasedAsync();
        await CompleteAsync(A.Success(succeeded));
        var failed = await AppendLeasedAsync();
        await CompleteAsync(A.Failure(failed));
        var before = new[] { await GetDeliveryAsync(succeeded), await GetDeliveryAsync(failed) };
        var other = await AddEndpointAsync();
        await AppendAsync(A.Message());

        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(7), announcement: null, default);

        Assert.Equal(before, new[] { await GetDeliveryAsync(succeeded), await GetDeliveryAsync(failed) });
        Assert.Single(await ReadAttemptsAsync(succeeded));
        Assert.Equal(other, Assert.Single((await ClaimAsync(at: 7)).Deliveries).EndpointKey);
    }

    [Fact]
    public async Task A_deleted_endpoint_is_gone()
    {
        var endpoint = await AddEndpointAsync();
        var stored = await GetEndpointAsync(endpoint);

        Assert.True(await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(1), announcement: null, default));

        Assert.Null(await Store.GetEndpointAsync(endpoint, default));
        Assert.Empty((await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant }, default)).Items);
        Assert.False(await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(2), announcement: null, default));
        Assert.False(await Store.ReplaceEndpointAsync(
            stored with { Endpoint = stored.Endpoint with { Version = 2 } }, expectedVersion: 1, default));
        Assert.False(await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(9), A.Owner), default));
    }

    [Fact]
    public async Task Only_the_version_that_is_expected_is_deleted()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        var version = (await GetEndpointAsync(endpoint)).Endpoint.Version;

        Assert.False(await Store.DeleteEndpointAsync(endpoint, version + 1, A.At(1), announcement: null, default));

        Assert.Equal(version, (await GetEndpointAsync(endpoint)).Endpoint.Version);
        Assert.Equal(DeliveryStatus.Pending, (await GetDeliveryAsync(lease)).Status);
        Assert.Equal(endpoint, (await AppendLeasedAsync()).EndpointKey);
        Assert.True(await Store.DeleteEndpointAsync(endpoint, version, A.At(2), announcement: null, default));
        Assert.Null(await Store.GetEndpointAsync(endpoint, default));
    }

    [Fact]
    public async Task An_endpoint_that_gets_the_id_of_a_deleted_one_starts_anew()
    {
        var endpoint = await AddAsync(A.Endpoint(id: "ep_same"));
        var old = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 1000, owner: A.Owner);
        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(1), announcement: null, default);

        await AddAsync(A.Endpoint(id: "ep_same"));

        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.True((await ClaimHeldAsync(endpoint, at: 2)).IsOver);
        Assert.Equal(DeliveryStatus.Canceled, (await GetDeliveryAsync(old)).Status);
        Assert.Equal(endpoint, (await AppendLeasedAsync(at: 2)).EndpointKey);
    }

    [Fact]
    public async Task An_endpoint_of_the_same_id_in_another_tenant_survives()
    {
        var deleted = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.Tenant));
        var survivor = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.OtherTenant));
        await AppendAsync(A.Message(), A.Message(tenant: A.OtherTenant));

        await Store.DeleteEndpointAsync(deleted, expectedVersion: null, A.At(1), announcement: null, default);

        Assert.NotNull(await Store.GetEndpointAsync(survivor, default));
        Assert.Equal(survivor, Assert.Single((await ClaimAsync(at: 1)).Deliveries).EndpointKey);
    }

    [Fact]
    public async Task Appends_among_a_deletion_leave_no_delivery_pending()
    {
        var endpoint = await AddEndpointAsync();
        var appending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await AppendAsync(A.Message());
            }
        })));

        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(1), announcement: null, default);
        await appending;
        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);

        var deliveries = await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Limit = 250 });
        Assert.All(deliveries, delivery => Assert.Equal(
            (DeliveryStatus.Canceled, CancelReason.EndpointDeleted), (delivery.Status, delivery.CancelReason)));
    }
}
