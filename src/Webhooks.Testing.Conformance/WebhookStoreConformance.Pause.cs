using Webhooks.Endpoints;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task New_deliveries_to_a_paused_endpoint_are_held_and_not_leased()
    {
        var paused = await AddEndpointAsync();
        var other = await AddEndpointAsync();
        await PauseAsync(paused, until: 100);
        var message = A.Message();

        var result = Assert.Single(await Store.AppendAsync([message], new LeaseGrant(A.Owner, A.At(60), Limit: 9), default));

        Assert.Equal(2, result.DeliveryCount);
        Assert.Equal(other, Assert.Single(result.Leased).EndpointKey);
        var held = Assert.Single(await ReadDeliveriesAsync(message.Id), delivery => delivery.EndpointId == paused.EndpointId);
        Assert.True(held.IsHeld);
        Assert.Empty((await ClaimAsync(at: 59)).Deliveries);
    }

    [Fact]
    public async Task A_pause_is_shown_and_is_not_a_change_of_the_endpoint()
    {
        var endpoint = await AddEndpointAsync();
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);

        await PauseAsync(endpoint, until: 100.123);

        var paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(100.123), 1L, A.Start), (paused.PausedUntil, paused.Version, paused.UpdatedAt));
        var listed = await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant }, default);
        Assert.Equal(A.At(100.123), Assert.Single(listed.Items).PausedUntil);
    }

    [Fact]
    public async Task A_change_of_the_settings_leaves_a_pause_as_it_is()
    {
        var endpoint = await AddEndpointAsync();
        var read = await GetEndpointAsync(endpoint);
        await PauseAsync(endpoint, until: 100);

        Assert.True(await Store.ReplaceEndpointAsync(
            read with { Endpoint = read.Endpoint with { Version = 2, UpdatedAt = A.At(1) } }, expectedVersion: 1, default));

        Assert.Equal(A.At(100), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 100)).Resumed));
    }

    [Fact]
    public async Task A_pause_of_what_was_judged_before_the_endpoint_was_changed_is_refused()
    {
        var endpoint = await AddEndpointAsync();
        var judged = (await GetEndpointAsync(endpoint)).Endpoint.Version;
        await DisableAsync(endpoint);
        var enabled = await EnableAsync(endpoint, at: 5);

        Assert.False(await Store.PauseEndpointAsync(
            new EndpointPause(endpoint, A.At(3600), Owner: null, PauseReason.Failing, judged), default));
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 5)).Resumed));

        Assert.True(await Store.PauseEndpointAsync(
            new EndpointPause(endpoint, A.At(3600), Owner: null, PauseReason.Failing, enabled.Endpoint.Version), default));
        Assert.Equal(A.At(3600), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
    }

    [Fact]
    public async Task What_is_due_already_is_held_at_the_latest_by_the_claim_that_meets_it()
    {
        var endpoint = await AddEndpointAsync();
        await AppendAsync(A.Message());
        await PauseAsync(endpoint, until: 100);

        var claim = await ClaimAsync(at: 1);

        Assert.Empty(claim.Deliveries);
        Assert.Equal(A.At(100), claim.NextDueAt);
        Assert.True(Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).IsHeld);
    }

    [Fact]
    public async Task The_cost_of_a_claim_is_bounded_by_its_limit_even_if_it_meets_paused_deliveries_only()
    {
        var paused = await AddEndpointAsync(A.OtherTenant);
        await AppendAsync(A.Messages(5, A.OtherTenant, createdAt: A.At(0)));
        await AddEndpointAsync();
        await AppendAsync(A.Messages(1, createdAt: A.At(1)));
        await PauseAsync(paused, until: 1000);

        // A store that holds at the pause meets none of the five; one that holds at the claim meets two a claim.
        var claims = 0;
        ClaimResult claim;
        do
        {
            claim = await ClaimAsync(at: 2, limit: 2);
            Assert.InRange(++claims, 1, 3);
            Assert.InRange(claim.Deliveries.Count, 0, 2);
        }
        while (claim.Deliveries.Count == 0);

        Assert.Equal(A.Tenant, Assert.Single(claim.Deliveries).EndpointKey.TenantId);
        Assert.Empty((await ClaimAsync(at: 2)).Deliveries);
    }

    [Fact]
    public async Task What_is_leased_is_not_touched_by_a_pause()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        await PauseAsync(endpoint, until: 100);

        Assert.Equal(A.At(60), (await GetDeliveryAsync(lease)).LeaseUntil);
        Assert.True(await CompleteAsync(A.Success(lease)));
    }

    [Fact]
    public async Task A_lease_that_runs_out_during_a_pause_is_held_and_lost()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);

        Assert.Empty((await ClaimAsync(at: 60, owner: A.OtherOwner)).Deliveries);

        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
        Assert.False(await CompleteAsync(A.Success(lease)));
    }

    [Fact]
    public async Task A_retry_of_a_paused_endpoint_is_not_attempted_before_its_time_nor_during_the_pause()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);
        Assert.True(await CompleteAsync(A.Retry(lease, A.At(50))));

        Assert.Empty((await ClaimAsync(at: 50)).Deliveries);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 100)).Resumed));
        Assert.Equal(2, Assert.Single((await ClaimHeldAsync(endpoint, at: 100)).Deliveries).AttemptNumber);
    }

    [Fact]
    public async Task A_pause_that_ends_before_a_retry_is_due_does_not_bring_it_forward()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(lease, A.At(50)));
        await PauseAsync(endpoint, until: 10);

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 10)).Resumed));
        Assert.Empty((await ClaimHeldAsync(endpoint, at: 10)).Deliveries);
        Assert.Empty((await ClaimAsync(at: 49)).Deliveries);
        Assert.Single((await ClaimAsync(at: 50)).Deliveries);
    }

    [Fact]
    public async Task A_release_to_a_paused_endpoint_is_held_at_the_latest_by_the_claim_that_meets_it()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);

        await ReleaseAsync(lease, dueAt: 1);

        Assert.Empty((await ClaimAsync(at: 2)).Deliveries);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
    }

    [Fact]
    public async Task Endpoints_of_the_same_id_in_two_tenants_are_paused_apart()
    {
        var paused = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.Tenant));
        var other = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.OtherTenant));
        await PauseAsync(paused, until: 100);

        await AppendAsync(A.Message(), A.Message(tenant: A.OtherTenant));

        Assert.Equal(other, Assert.Single((await ClaimAsync(at: 0)).Deliveries).EndpointKey);
        Assert.Null((await GetEndpointAsync(other)).Endpoint.PausedUntil);
    }
}
