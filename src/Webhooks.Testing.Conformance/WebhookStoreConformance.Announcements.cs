using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

// An announcement is stored with the change that it tells of: both or neither.
public abstract partial class WebhookStoreConformance
{
    private const string Operations = "operations";

    [Fact]
    public async Task An_outcome_that_takes_effect_stores_its_announcement_due_and_leased_to_nobody()
    {
        await AddEndpointAsync();
        await AddEndpointAsync(Operations);
        var failed = await AppendLeasedAsync();
        var retried = await AppendLeasedAsync();
        var succeeded = await AppendLeasedAsync();
        WebhookMessage[] announcements = [Announcement(at: 3), Announcement(at: 4), Announcement(at: 5)];

        var effective = await Store.CompleteAsync(
            A.Owner,
            [
                A.Failure(failed) with { Announcement = announcements[0] },
                A.Retry(retried, A.At(500)) with { Announcement = announcements[1] },
                A.Success(succeeded) with { Announcement = announcements[2] },
            ],
            default);

        Assert.Equal([true, true, true], effective);
        Assert.Equal(Ids(announcements), Ids(await AnnouncedAsync()));
        var claimed = (await ClaimAsync(at: 10, owner: A.OtherOwner)).Deliveries;
        Assert.Equal(Ids(announcements), claimed.Select(lease => lease.Message.Id));
        Assert.All(claimed, lease => Assert.Equal(1, lease.AttemptNumber));
        Assert.Equal("{}"u8.ToArray(), claimed[0].Message.Payload!.Value.ToArray());
    }

    [Fact]
    public async Task Of_a_batch_only_the_outcomes_that_take_effect_are_announced()
    {
        await AddEndpointAsync();
        var mine = await AppendLeasedAsync();
        var others = await AppendLeasedAsync(A.OtherOwner);
        var silent = await AppendLeasedAsync();
        var announcement = Announcement();

        var effective = await Store.CompleteAsync(
            A.Owner,
            [
                A.Failure(others) with { Announcement = Announcement() },
                A.Failure(silent),
                A.Failure(mine) with { Announcement = announcement },
            ],
            default);

        Assert.Equal([false, true, true], effective);
        Assert.Equal([announcement.Id], Ids(await AnnouncedAsync()));
        Assert.True(await CompleteAsync(A.Failure(others) with { Announcement = Announcement() }, A.OtherOwner));
        Assert.Equal(2, (await AnnouncedAsync()).Count);
    }

    [Fact]
    public async Task An_outcome_that_is_recorded_twice_is_announced_once()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        var outcome = A.Failure(lease) with { Announcement = Announcement() };

        Assert.True(await CompleteAsync(outcome));
        Assert.False(await CompleteAsync(outcome));
        Assert.False(await CompleteAsync(outcome with { Announcement = Announcement() }));

        Assert.Single(await AnnouncedAsync());
    }

    [Fact]
    public async Task Of_many_concurrent_outcomes_of_one_attempt_one_is_announced()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => CompleteAsync(A.Failure(lease) with { Announcement = Announcement() }))));

        Assert.Single(await AnnouncedAsync());
    }

    [Fact]
    public async Task An_announcement_of_an_outcome_finds_the_endpoints_of_its_tenant_as_they_are()
    {
        await AddEndpointAsync();
        var disabled = await AddEndpointAsync(Operations);
        await DisableAsync(disabled);
        var paused = await AddEndpointAsync(Operations);
        await PauseAsync(paused, until: 500);
        var lease = await AppendLeasedAsync();

        await CompleteAsync(A.Failure(lease) with { Announcement = Announcement() });

        var delivery = Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = Operations }));
        Assert.Equal((paused.EndpointId, true), (delivery.EndpointId, delivery.IsHeld));
    }

    [Fact]
    public async Task An_endpoint_that_is_inserted_is_announced_and_one_that_was_there_is_not()
    {
        await AddEndpointAsync(Operations);
        var announcement = Announcement();

        Assert.True(await Store.InsertEndpointAsync(A.Endpoint("ep_1") with { Announcement = announcement }, default));
        Assert.False(await Store.InsertEndpointAsync(A.Endpoint("ep_1") with { Announcement = Announcement() }, default));

        Assert.Equal([announcement.Id], Ids(await AnnouncedAsync()));
        Assert.Single(await ReadDeliveriesAsync(announcement.Id, Operations));
        Assert.Null((await GetEndpointAsync(new EndpointKey(A.Tenant, "ep_1"))).Announcement);
    }

    [Fact]
    public async Task An_endpoint_that_is_replaced_is_announced_and_one_of_another_version_is_not()
    {
        var key = await AddEndpointAsync();
        var stored = await GetEndpointAsync(key);
        var changed = stored with { Endpoint = stored.Endpoint with { Version = 2 }, Announcement = Announcement() };

        Assert.True(await Store.ReplaceEndpointAsync(changed, expectedVersion: 1, default));
        Assert.False(await Store.ReplaceEndpointAsync(changed with { Announcement = Announcement() }, expectedVersion: 1, default));

        Assert.Equal([changed.Announcement.Id], Ids(await AnnouncedAsync()));
        Assert.Null((await GetEndpointAsync(key)).Announcement);
    }

    [Fact]
    public async Task Of_many_concurrent_changes_of_one_version_one_is_announced()
    {
        var stored = await GetEndpointAsync(await AddEndpointAsync());
        var disabled = stored with { Endpoint = stored.Endpoint with { Version = 2, Status = EndpointStatus.Disabled } };

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => Store.ReplaceEndpointAsync(disabled with { Announcement = Announcement() }, expectedVersion: 1, default))));

        Assert.Single(await AnnouncedAsync());
    }

    [Fact]
    public async Task An_endpoint_that_is_deleted_is_announced_and_one_that_is_gone_is_not()
    {
        var key = await AddEndpointAsync();
        var announcement = Announcement();

        Assert.True(await Store.DeleteEndpointAsync(key, expectedVersion: null, A.At(1), announcement, default));
        Assert.False(await Store.DeleteEndpointAsync(key, expectedVersion: null, A.At(2), Announcement(), default));

        Assert.Equal([announcement.Id], Ids(await AnnouncedAsync()));
    }

    private static WebhookMessage Announcement(double at = 0) => A.Message(tenant: Operations, createdAt: A.At(at));

    private static IEnumerable<string> Ids(IEnumerable<WebhookMessage> messages) => messages.Select(message => message.Id);

    /// <summary>What was announced, the oldest first.</summary>
    private async Task<List<WebhookMessage>> AnnouncedAsync()
    {
        var messages = await ReadMessagesAsync(new MessageQuery { TenantId = Operations });
        messages.Reverse();
        return messages;
    }
}
