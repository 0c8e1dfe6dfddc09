using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Theory]
    [InlineData(PauseReason.Backlog)]
    [InlineData(PauseReason.RetryAfter)]
    [InlineData(PauseReason.Failing)]
    public async Task An_endpoint_tells_why_it_is_paused_until_somebody_takes_it_over(PauseReason reason)
    {
        var endpoint = await AddEndpointAsync();
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PauseReason);

        Assert.True(await PauseForAsync(endpoint, reason, until: 10));

        Assert.Equal(reason, (await GetEndpointAsync(endpoint)).Endpoint.PauseReason);
        Assert.Equal(
            reason, Assert.Single((await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant }, default)).Items).PauseReason);
        await AppendAsync(A.Messages(2));
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 10)).Resumed));
        Assert.Equal(PauseReason.Backlog, (await GetEndpointAsync(endpoint)).Endpoint.PauseReason);
        Assert.True((await ClaimHeldAsync(endpoint, at: 10)).IsOver);
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PauseReason);
    }

    [Fact]
    public async Task A_backlog_does_not_replace_a_pause_that_stops_attempts_and_no_pause_shortens_one()
    {
        var endpoint = await AddEndpointAsync();
        Assert.True(await PauseForAsync(endpoint, PauseReason.Backlog, until: 500, A.Owner));
        Assert.True(await PauseForAsync(endpoint, PauseReason.Failing, until: 100));

        Assert.False(await PauseForAsync(endpoint, PauseReason.Backlog, until: 200, A.Owner));
        Assert.False(await PauseForAsync(endpoint, PauseReason.RetryAfter, until: 50));
        var paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(100), PauseReason.Failing), (paused.PausedUntil, paused.PauseReason));
        await AppendAsync(A.Message());
        await AssertNothingHeldForAsync(endpoint, at: 1, A.Owner);

        Assert.True(await PauseForAsync(endpoint, PauseReason.RetryAfter, until: 150));
        Assert.Equal(A.At(150), (await ClaimAsync(at: 100)).NextDueAt);
        await ClaimAsync(at: 150);
        Assert.True(await PauseForAsync(endpoint, PauseReason.Failing, until: 160), "a take-over is a backlog");
        await AssertNothingHeldForAsync(endpoint, at: 151, A.Owner);
    }

    [Fact]
    public async Task An_endpoint_fails_since_the_first_note_until_a_success_is_noted()
    {
        var endpoint = await AddEndpointAsync();
        var other = await AddEndpointAsync(A.OtherTenant);
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.FailingSince);

        await MarkAsync(new(endpoint, A.At(1.234)), new(new(A.Tenant, "ep_unknown"), A.At(1)), new(other, FailingSince: null));
        await MarkAsync(new FailureMark(endpoint, A.At(2)));

        var failing = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(1.234), 1L, A.Start), (failing.FailingSince, failing.Version, failing.UpdatedAt));
        var listed = await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant }, default);
        Assert.Equal(A.At(1.234), Assert.Single(listed.Items).FailingSince);
        Assert.Null((await GetEndpointAsync(other)).Endpoint.FailingSince);

        await MarkAsync(new(endpoint, FailingSince: null), new(other, A.At(5)));
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.FailingSince);
        Assert.Equal(A.At(5), (await GetEndpointAsync(other)).Endpoint.FailingSince);
    }

    [Fact]
    public async Task A_change_of_the_settings_leaves_it_failing_and_enabling_does_not()
    {
        var endpoint = await AddEndpointAsync();
        await MarkAsync(new FailureMark(endpoint, A.At(1)));

        await ChangeAsync(endpoint, changed => changed with { FailingSince = null, UpdatedAt = A.At(2) });
        await DisableAsync(endpoint);
        Assert.Equal(A.At(1), (await GetEndpointAsync(endpoint)).Endpoint.FailingSince);

        await EnableAsync(endpoint, at: 3);
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.FailingSince);
    }

    [Fact]
    public async Task Enabling_ends_a_pause_that_stopped_attempts()
    {
        var endpoint = await AddEndpointAsync();
        await PauseForAsync(endpoint, PauseReason.Failing, until: 5000);
        await DisableAsync(endpoint);

        await EnableAsync(endpoint, at: 20);

        Assert.Equal(PauseReason.Backlog, (await GetEndpointAsync(endpoint)).Endpoint.PauseReason);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 20)).Resumed));
    }

    [Fact]
    public async Task The_log_tells_which_pending_deliveries_wait_for_a_disabled_endpoint()
    {
        var endpoint = await AddEndpointAsync();
        var paused = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(lease, A.At(50)));
        await PauseAsync(paused, until: 100);
        await DisableAsync(endpoint);

        Assert.True((await GetDeliveryAsync(lease)).IsEndpointDisabled, "it has a due time, but is not attempted");
        await ClaimAsync(at: 60);
        var deliveries = await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant });
        Assert.Equal(
            [(endpoint.EndpointId, true, true), (paused.EndpointId, true, false)],
            deliveries.Select(delivery => (delivery.EndpointId, delivery.IsHeld, delivery.IsEndpointDisabled)).Order());

        await EnableAsync(endpoint, at: 70);
        Assert.False((await GetDeliveryAsync(lease)).IsEndpointDisabled);
        await DisableAsync(endpoint);
        await Store.CancelPendingAsync(endpoint, A.At(80), limit: 10, default);
        Assert.False((await GetDeliveryAsync(lease)).IsEndpointDisabled, "it has ended");
    }

    [Fact]
    public async Task What_is_pending_is_canceled_in_portions()
    {
        var endpoint = await AddEndpointAsync();
        var other = await AddEndpointAsync();
        await DisableAsync(other);
        var done = await AppendLeasedAsync();
        await CompleteAsync(A.Success(done));
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);
        await AppendAsync(A.Messages(4));
        await DisableAsync(endpoint);

        Assert.Equal(3, await Store.CancelPendingAsync(endpoint, A.At(7), limit: 3, default));
        Assert.Equal(2, await Store.CancelPendingAsync(endpoint, A.At(8), limit: 3, default));
        Assert.Equal(0, await Store.CancelPendingAsync(endpoint, A.At(9), limit: 3, default));
        Assert.Equal(0, await Store.CancelPendingAsync(new(A.Tenant, "ep_unknown"), A.At(9), limit: 3, default));

        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(done)).Status);
        var canceled = await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Status = DeliveryStatus.Canceled });
        Assert.Equal(5, canceled.Count);
        Assert.All(canceled, delivery => Assert.True(delivery.CompletedAt == A.At(7) || delivery.CompletedAt == A.At(8)));
        Assert.False(await CompleteAsync(A.Success(lease)), "its lease is gone");
        await EnableAsync(endpoint, at: 10);
        Assert.Empty((await ClaimAsync(at: 10)).Deliveries);
        Assert.Empty((await ClaimHeldAsync(endpoint, at: 10)).Deliveries);
    }

    private Task<bool> PauseForAsync(EndpointKey endpoint, PauseReason reason, double until, string? owner = null) =>
        Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(until), owner, reason), default);

    private Task MarkAsync(params IReadOnlyList<FailureMark> marks) => Store.MarkFailingAsync(marks, default);
}
