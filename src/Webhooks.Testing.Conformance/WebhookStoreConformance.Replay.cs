using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_replay_is_kept_as_it_was_started_and_seen_by_its_tenant_only()
    {
        var job = NewReplay(new ReplayRequest
        {
            TenantId = A.Tenant,
            Selection = ReplaySelection.NeverSent,
            EndpointId = "ep_1",
            EventType = "order.paid",
            Since = A.At(-10),
            Until = A.At(10.5),
        });

        Assert.True(await Store.InsertReplayAsync(job, default));

        Assert.Equal(job, await Store.GetReplayAsync(A.Tenant, job.Id, default));
        Assert.Null(await Store.GetReplayAsync(A.OtherTenant, job.Id, default));
        Assert.Null(await Store.CancelReplayAsync(A.OtherTenant, job.Id, A.At(1), default));
        Assert.Empty(await ReadReplaysAsync(new ReplayQuery { TenantId = A.OtherTenant }));
        Assert.Equal(job, Assert.Single(await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant })));
    }

    [Fact]
    public async Task A_replay_whose_id_the_tenant_has_already_is_refused_and_another_tenant_may_have_it()
    {
        var job = await StartReplayAsync();
        var other = job with { Request = job.Request with { Selection = ReplaySelection.Canceled }, CreatedAt = A.At(1) };
        var elsewhere = other with { Request = other.Request with { TenantId = A.OtherTenant } };

        Assert.False(await Store.InsertReplayAsync(other, default));
        Assert.True(await Store.InsertReplayAsync(elsewhere, default));

        Assert.Equal(job, Assert.Single(await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant })));
        Assert.Equal(elsewhere, await Store.GetReplayAsync(A.OtherTenant, job.Id, default));
    }

    [Fact]
    public async Task Of_replays_that_are_added_at_the_same_time_under_one_id_one_is()
    {
        var job = NewReplay();

        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Store.InsertReplayAsync(job, default))));

        Assert.Single(added, isAdded => isAdded);
        Assert.Equal(job, Assert.Single(await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant })));
    }

    [Fact]
    public async Task Replays_are_listed_the_newest_first_in_pages_and_by_status()
    {
        var jobs = new List<ReplayJob>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add(await StartReplayAsync(createdAt: i));
        }

        await Store.CancelReplayAsync(A.Tenant, jobs[1].Id, A.At(9), default);

        var ids = jobs.Select(job => job.Id).Reverse().ToList();
        Assert.Equal(ids, (await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant, Limit = 2 })).Select(job => job.Id));
        Assert.Equal(jobs[1].Id, Assert.Single(
            await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant, Status = ReplayStatus.Canceled })).Id);
        await AssertCursorIsRefusedAsync(() => Store.ListReplaysAsync(new ReplayQuery { TenantId = A.Tenant, Cursor = "nonsense" }, default));
    }

    [Fact]
    public async Task A_replay_sends_the_deliveries_of_its_status_again_from_the_oldest_on_and_by_the_whole_schedule()
    {
        await AddEndpointAsync();
        var failed = new List<LeasedDelivery>();
        for (var i = 0; i < 5; i++)
        {
            failed.Add(await AppendEndedAsync(at: i));
            await CompleteAsync(A.Success(await AppendLeasedAsync(at: i)));
        }

        var job = await StartReplayAsync();
        var turn = await TurnAsync(at: 100);

        Assert.Equal((ReplayStatus.Completed, 5, 5L, 0L), (turn.Job!.Status, turn.ReplayedCount, turn.Job.ReplayedCount, turn.Job.SkippedCount));
        Assert.Equal((A.At(100), A.At(4)), (turn.Job.CompletedAt, turn.Job.ReachedAt));
        Assert.Equal(turn.Job, await Store.GetReplayAsync(A.Tenant, job.Id, default));
        var leases = (await ClaimAsync(at: 100)).Deliveries;
        Assert.Equal(failed.Select(lease => lease.Id).Order(), leases.Select(lease => lease.Id).Order());
        Assert.All(leases, lease => Assert.Equal((2, 1, null), (lease.AttemptNumber, lease.Resend!.UncountedAttempts, lease.Resend.SingleAttempt)));
        Assert.All(leases, lease => Assert.Equal(DeliveryStatus.Failed, lease.Resend!.Otherwise));
        Assert.Null((await TurnAsync(at: 200)).Job);
    }

    [Fact]
    public async Task A_turn_goes_on_where_the_one_before_stopped_and_its_limits_hold()
    {
        await AddEndpointAsync();
        for (var i = 0; i < 5; i++)
        {
            await AppendEndedAsync(at: i);
        }

        await StartReplayAsync();

        var first = await TurnAsync(at: 100, limit: 2);
        Assert.Equal((2, ReplayStatus.Active, A.At(1)), (first.ReplayedCount, first.Job!.Status, first.Job.ReachedAt));
        Assert.Equal(A.At(101), (await TurnAsync(at: 100, limit: 2)).NextDueAt);
        Assert.Equal(2, (await TurnAsync(at: 101, limit: 2)).ReplayedCount);
        var last = await TurnAsync(at: 102, limit: 2);
        Assert.Equal((1, 5L, ReplayStatus.Completed), (last.ReplayedCount, last.Job!.ReplayedCount, last.Job.Status));
        Assert.Equal(5, (await ClaimAsync(at: 102)).Deliveries.Select(lease => lease.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task What_fails_again_while_its_replay_is_at_work_is_not_sent_a_second_time_by_it()
    {
        await AddEndpointAsync();
        await AppendEndedAsync(at: 0);
        await AppendEndedAsync(at: 1);
        await StartReplayAsync();

        await TurnAsync(at: 10, limit: 1);
        await CompleteAsync(A.Failure(Assert.Single((await ClaimAsync(at: 10)).Deliveries), A.At(11)));
        Assert.Equal(1, (await TurnAsync(at: 12, limit: 1)).ReplayedCount);
        Assert.Equal(0, (await TurnAsync(at: 14)).ReplayedCount);
    }

    [Fact]
    public async Task Rows_that_a_turn_only_looks_at_count_against_its_scan_limit()
    {
        await AddEndpointAsync();
        for (var i = 0; i < 6; i++)
        {
            await AppendAsync(A.Message(createdAt: A.At(i)));
        }

        await AddAsync(A.Endpoint(id: "ep_late", eventTypes: ["other"]));
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent });

        var first = await TurnAsync(at: 100, scanLimit: 4);
        Assert.Equal((0, ReplayStatus.Active), (first.ReplayedCount, first.Job!.Status));
        Assert.Equal(A.At(100.1), (await TurnAsync(at: 100)).NextDueAt);
        Assert.Equal(ReplayStatus.Completed, (await TurnAsync(at: 101, scanLimit: 4)).Job!.Status);
    }

    [Fact]
    public async Task Every_filter_of_a_replay_narrows_what_is_sent()
    {
        var endpoint = await AddAsync(A.Endpoint(eventTypes: ["order.paid"]));
        var paid = await AppendEndedAsync(at: 5);
        await AppendEndedAsync(at: 4.999);
        await AppendEndedAsync(at: 6);
        await CompleteAsync(A.Success(await AppendLeasedAsync(at: 5)));
        await AddAsync(A.Endpoint(eventTypes: ["order.made"]));
        await AppendEndedAsync(at: 5, eventType: "order.made");
        await AddAsync(A.Endpoint(tenant: A.OtherTenant));
        await AppendEndedAsync(at: 5, tenant: A.OtherTenant);

        await StartReplayAsync(new ReplayRequest { EndpointId = endpoint.EndpointId, Since = A.At(5), Until = A.At(6) });
        await StartReplayAsync(new ReplayRequest { EventType = "order.none" }, createdAt: 1);
        await StartReplayAsync(new ReplayRequest { EndpointId = "ep_none" }, createdAt: 2);
        await TurnAsync(at: 100);
        await TurnAsync(at: 100);
        await TurnAsync(at: 100);

        Assert.Equal(paid.Id, Assert.Single((await ClaimAsync(at: 100)).Deliveries).Id);

        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.Succeeded, EndpointId = endpoint.EndpointId }, createdAt: 100);
        await StartReplayAsync(new ReplayRequest { EventType = "order.made" }, createdAt: 100);
        Assert.Equal(1, (await TurnAsync(at: 101)).ReplayedCount);
        Assert.Equal(1, (await TurnAsync(at: 101)).ReplayedCount);
        Assert.Equal([5.0, 5.0], (await ClaimAsync(at: 101)).Deliveries.Select(lease => (lease.Message.CreatedAt - A.Start).TotalSeconds));
    }

    [Theory]
    [InlineData(ReplaySelection.Succeeded, DeliveryStatus.Succeeded)]
    [InlineData(ReplaySelection.Canceled, DeliveryStatus.Canceled)]
    public async Task A_replay_of_what_succeeded_or_was_canceled_takes_all_endpoints_of_the_tenant(
        ReplaySelection selection, DeliveryStatus status)
    {
        await AddEndpointAsync();
        await AddEndpointAsync();
        await AppendAsync(A.Message(), A.Message());
        foreach (var lease in (await ClaimAsync(at: 0)).Deliveries)
        {
            Assert.True(await CompleteAsync(A.Failure(lease) with { Status = status }));
        }

        await AppendEndedAsync(at: 1);
        await StartReplayAsync(new ReplayRequest { Selection = selection });

        Assert.Equal(3, (await TurnAsync(at: 10, limit: 3)).ReplayedCount);
        var rest = await TurnAsync(at: 20, limit: 3);
        Assert.Equal((1, 4L, ReplayStatus.Completed), (rest.ReplayedCount, rest.Job!.ReplayedCount, rest.Job.Status));
    }

    [Fact]
    public async Task What_cannot_be_sent_is_counted_as_skipped()
    {
        var gone = await AddEndpointAsync();
        var disabled = await AddEndpointAsync();
        var open = await AddEndpointAsync();
        await AppendAsync(A.Message());
        foreach (var lease in (await ClaimAsync(at: 0)).Deliveries)
        {
            await CompleteAsync(A.Failure(lease));
        }

        await DisableAsync(disabled);
        await Store.DeleteEndpointAsync(gone, expectedVersion: null, A.At(1), announcement: null, default);
        await StartReplayAsync(createdAt: 2);

        var turn = await TurnAsync(at: 2);

        Assert.Equal((1, 1L, 2L), (turn.ReplayedCount, turn.Job!.ReplayedCount, turn.Job.SkippedCount));
        Assert.Equal(open, Assert.Single((await ClaimAsync(at: 2)).Deliveries).EndpointKey);
    }

    [Fact]
    public async Task A_replay_waits_for_a_paused_endpoint_but_not_for_ever()
    {
        var endpoint = await AddEndpointAsync();
        await AppendEndedAsync(at: 0);
        await AppendEndedAsync(at: 1);
        await PauseAsync(endpoint, until: 1000);
        await StartReplayAsync(createdAt: 2);

        Assert.Equal(0, (await TurnAsync(at: 10)).ReplayedCount);
        Assert.Equal(A.At(11), (await TurnAsync(at: 10)).NextDueAt);
        Assert.Equal(0, (await TurnAsync(at: 39)).ReplayedCount);
        Assert.Equal(1, (await TurnAsync(at: 40, limit: 1)).ReplayedCount);
        Assert.Equal(0, (await TurnAsync(at: 50)).ReplayedCount);
        var last = await TurnAsync(at: 80);
        Assert.Equal((1, ReplayStatus.Completed), (last.ReplayedCount, last.Job!.Status));
    }

    [Fact]
    public async Task A_canceled_replay_has_no_turn_any_more_and_what_it_sent_stays()
    {
        await AddEndpointAsync();
        await AppendEndedAsync(at: 0);
        await AppendEndedAsync(at: 1);
        var job = await StartReplayAsync(createdAt: 2);
        await TurnAsync(at: 2, limit: 1);

        var canceled = await Store.CancelReplayAsync(A.Tenant, job.Id, A.At(3), default);

        Assert.Equal((ReplayStatus.Canceled, A.At(3), 1L), (canceled!.Status, canceled.CompletedAt, canceled.ReplayedCount));
        Assert.Equal(new ReplayTurnResult(Job: null, 0, NextDueAt: null), await TurnAsync(at: 10));
        Assert.Equal(canceled, await Store.CancelReplayAsync(A.Tenant, job.Id, A.At(4), default));
        Assert.Single((await ClaimAsync(at: 10)).Deliveries);
    }

    [Fact]
    public async Task Replays_that_have_ended_are_removed_by_age()
    {
        await StartReplayAsync(createdAt: 0);
        await TurnAsync(at: 0);
        await StartReplayAsync(createdAt: 1);
        await TurnAsync(at: 1);
        var active = await StartReplayAsync(createdAt: 0);

        Assert.Equal(1, await Store.PruneReplaysAsync(A.At(1), limit: 10, default));
        Assert.Equal(2, (await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant })).Count);
        Assert.Equal(1, await Store.PruneReplaysAsync(A.At(100), limit: 10, default));
        Assert.Equal(active.Id, Assert.Single(await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant })).Id);
    }

    private static ReplayJob NewReplay(ReplayRequest? request = null, double createdAt = 0)
    {
        request ??= new ReplayRequest();
        return new ReplayJob
        {
            Id = A.NewId("rpl"),
            Request = request with { TenantId = A.Tenant, Until = request.Until ?? A.At(1000) },
            CreatedAt = A.At(createdAt),
        };
    }

    private async Task<ReplayJob> StartReplayAsync(ReplayRequest? request = null, double createdAt = 0)
    {
        var job = NewReplay(request, createdAt);
        await Store.InsertReplayAsync(job, default);
        return job;
    }

    private Task<ReplayTurnResult> TurnAsync(double at, int limit = 100, int scanLimit = 1000) => Store.RunReplayAsync(
        new ReplayTurn
        {
            Now = A.At(at),
            Limit = limit,
            ScanLimit = scanLimit,
            NextAt = A.At(at + 1),
            NextScanAt = A.At(at + 0.1),
            BlockedBefore = A.At(at - 30),
        },
        default);

    /// <summary>Appends a message whose one delivery has failed.</summary>
    private async Task<LeasedDelivery> AppendEndedAsync(double at, string tenant = A.Tenant, string eventType = A.EventType)
    {
        var results = await Store.AppendAsync(
            [A.Message(tenant: tenant, eventType: eventType, createdAt: A.At(at))], new LeaseGrant(A.Owner, A.At(at + LeaseSeconds), Limit: 9), default);
        var lease = Assert.Single(results).Leased[0];
        Assert.True(await CompleteAsync(A.Failure(lease, A.At(at))));
        return lease;
    }

    private Task<List<ReplayJob>> ReadReplaysAsync(ReplayQuery query) =>
        ReadAllAsync(cursor => Store.ListReplaysAsync(query with { Cursor = cursor }, default));
}
