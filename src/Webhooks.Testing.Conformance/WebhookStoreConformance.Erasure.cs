using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Dispatching;
using Webhooks.Storage;
using Webhooks.Testing.Conformance.Model;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task An_erased_payload_is_gone_with_the_excerpts_and_what_was_pending_is_canceled()
    {
        await AddEndpointAsync();
        await AddEndpointAsync();
        var message = A.Message(createdAt: A.At(1));
        var leases = Assert.Single(await Store.AppendAsync([message], new LeaseGrant(A.Owner, A.At(61), Limit: 2), default)).Leased;
        await CompleteAsync(Answered(A.Success(leases[0], A.At(2))));
        await CompleteAsync(Answered(A.Retry(leases[1], A.At(5), A.At(2))));
        var pending = Assert.Single((await ClaimAsync(at: 5)).Deliveries);
        var other = await AppendEndedAsync(at: 3);

        Assert.Equal(new PayloadErasure(HadPayload: true, ExcerptCount: 2, CanceledCount: 1), await ErasePayloadAsync(message.Id, at: 6));

        Assert.Null((await Store.GetMessageAsync(A.Tenant, message.Id, default))!.Payload);
        Assert.All((await ReadAttemptsAsync(leases[0])).Concat(await ReadAttemptsAsync(leases[1])), attempt =>
            Assert.Equal((true, true), (attempt.ResponseExcerpt.IsEmpty, attempt.IsResponseTruncated)));
        var canceled = await GetDeliveryAsync(pending);
        Assert.Equal(
            (DeliveryStatus.Canceled, CancelReason.PayloadErased, A.At(6), 1), (canceled.Status, canceled.CancelReason, canceled.CompletedAt, canceled.AttemptCount));
        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(leases[0])).Status);
        Assert.NotNull((await Store.GetMessageAsync(A.Tenant, other.Message.Id, default))!.Payload);

        // Whoever had it leased stores nothing of it.
        Assert.False(await CompleteAsync(Answered(A.Success(pending))));
        Assert.Single(await ReadAttemptsAsync(pending));
        Assert.Equal(ResendResult.PayloadRemoved, await Store.ResendAsync(A.Tenant, pending.Id, A.At(10), resendId: null, default));
        Assert.Equal(new PayloadErasure(HadPayload: false, 0, 0), await ErasePayloadAsync(message.Id, at: 7));
        await Store.FinishErasureAsync(default);
    }

    [Fact]
    public async Task A_payload_is_erased_by_the_id_that_the_host_chose_and_of_the_tenant_alone()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(id: "run-7"), A.Message(id: "run-7", tenant: A.OtherTenant));

        Assert.Null(await ErasePayloadAsync("run-8"));
        Assert.Equal(new PayloadErasure(HadPayload: true, 0, 1), await ErasePayloadAsync("run-7"));

        Assert.Null((await Store.GetMessageAsync(A.Tenant, "run-7", default))!.Payload);
        Assert.NotNull((await Store.GetMessageAsync(A.OtherTenant, "run-7", default))!.Payload);
        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);
        Assert.True(Assert.Single(await AppendAsync(A.Message(id: "run-7"))).IsDuplicate);
    }

    [Fact]
    public async Task A_held_delivery_of_an_erased_payload_is_canceled_too_and_the_pause_comes_to_its_end()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10);
        var message = A.Message();
        await AppendAsync(message);

        Assert.Equal(1, (await ErasePayloadAsync(message.Id))!.CanceledCount);

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 10)).Resumed));
        Assert.Equal((0, true), ((await ClaimHeldAsync(endpoint, at: 10)) is var claim ? claim.Deliveries.Count : -1, claim.IsOver));
    }

    [Fact]
    public async Task An_erased_tenant_is_gone_with_everything_and_can_begin_anew()
    {
        var endpoint = await AddEndpointAsync();
        await AddAsync(A.Endpoint("ep_gone"));
        await AppendAsync(A.Message(id: "run-7", eventId: "paid-1"));
        await Store.DeleteEndpointAsync(new EndpointKey(A.Tenant, "ep_gone"), expectedVersion: null, A.At(1), null, default);
        var leased = await AppendLeasedAsync();
        await CompleteAsync(Answered(A.Retry(await AppendLeasedAsync(), A.At(5))));
        await AppendEndedAsync(at: 3);
        await PauseAsync(endpoint, until: 100);
        await AppendAsync(A.Message());
        await ReserveAsync(endpoint, at: 0, seconds: 5);
        await Store.ReserveAsync(A.Start, [new(A.Tenant, EndpointId: null, Pace, TimeSpan.FromSeconds(500))], default);
        var replay = await StartReplayAsync();
        var before = await Store.CountTenantAsync(A.Tenant, default);
        Assert.Equal((1, 5, 6, 2, 1), (before.Endpoints, before.Messages, before.Deliveries, before.Attempts, before.Replays));

        var erased = await EraseTenantAsync(limit: 2);

        Assert.Equal(before, erased);
        Assert.Equal(new TenantRows(), await Store.CountTenantAsync(A.Tenant, default));
        Assert.False(await CompleteAsync(Answered(A.Success(leased))));
        Assert.Equal(new TenantRows(), await Store.CountTenantAsync(A.Tenant, default));
        Assert.Null(await Store.GetEndpointAsync(endpoint, default));
        Assert.Null(await Store.GetReplayAsync(A.Tenant, replay.Id, default));
        Assert.Null(await Store.GetDeliveryAsync(A.Tenant, leased.Id, default));
        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant }));
        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);
        Assert.Null((await TurnAsync(at: 1000)).Job);

        await AddAsync(A.Endpoint(endpoint.EndpointId));
        Assert.False(Assert.Single(await AppendAsync(A.Message(id: "run-7", eventId: "paid-1"))).IsDuplicate);
        Assert.Equal(A.At(1), await ReserveAsync(endpoint, at: 1, seconds: 1));
        Assert.Equal("run-7", Assert.Single((await ClaimAsync(at: 10)).Deliveries).Message.Id);
    }

    [Fact]
    public async Task A_call_erases_no_more_than_its_limit_and_endpoints_first()
    {
        for (var i = 0; i < 3; i++)
        {
            await AddEndpointAsync();
        }

        await AppendAsync(A.Messages(20));

        var first = await Store.EraseTenantAsync(A.Tenant, limit: 3, default);

        Assert.Equal(3, first.Endpoints);
        Assert.InRange(first.Messages, 1, 3);
        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);
        await EraseTenantAsync(limit: 3);
        Assert.Equal(0, (await Store.CountTenantAsync(A.Tenant, default)).Total);
        Assert.Equal(new TenantRows(), await Store.EraseTenantAsync("nobody", limit: 3, default));
    }

    [Fact]
    public async Task A_tenant_can_be_erased_while_events_are_published_for_it_and_attempts_end()
    {
        await AddEndpointAsync();
        var leases = (await Store.AppendAsync(A.Messages(200), new LeaseGrant(A.Owner, A.At(60), Limit: 200), default))
            .SelectMany(result => result.Leased).ToList();
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await AppendAsync(A.Messages(5));
            }
        });
        var completing = Task.Run(async () =>
        {
            foreach (var batch in leases.Chunk(10))
            {
                await Store.CompleteAsync(A.Owner, [.. batch.Select(lease => Answered(A.Success(lease)))], default);
            }
        });

        await EraseTenantAsync(limit: 25);
        await Task.WhenAll(publishing, completing);

        // What was there before is gone; what came meanwhile is whole or gone, and goes now.
        foreach (var lease in leases)
        {
            Assert.Null(await Store.GetMessageAsync(A.Tenant, lease.Message.Id, default));
            Assert.Empty(await ReadAttemptsAsync(lease));
        }

        await EraseTenantAsync(limit: 25);
        Assert.Equal(new TenantRows(), await Store.CountTenantAsync(A.Tenant, default));
    }

    [Fact]
    public Task After_any_sequence_of_calls_erasing_a_tenant_leaves_nothing_of_it_and_all_of_the_others_as_it_was()
    {
        var property = Prop.ForAll(StoreStep.Sequences, async steps =>
        {
            var store = await CreateStoreAsync();
            try
            {
                await store.InitializeAsync(default);
                await new StoreModelRun(store).RunAsync(steps, drain: false);
                var before = await DumpAsync(store, A.OtherTenant);

                while ((await store.EraseTenantAsync(A.Tenant, limit: 2, default)).Total > 0)
                {
                }

                await store.FinishErasureAsync(default);
                Assert.Equal(new TenantRows(), await store.CountTenantAsync(A.Tenant, default));
                Assert.Equal(await DumpAsync(store, A.Tenant), await DumpAsync(store, "nobody"));
                Assert.Equal(before, await DumpAsync(store, A.OtherTenant));
            }
            finally
            {
                await DeleteStoreAsync(store);
            }
        });
        return Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(SequenceCount / 4), property));
    }

    /// <summary>All that can be read of a tenant, byte for byte.</summary>
    private static async Task<string> DumpAsync(IWebhookStore store, string tenant)
    {
        var dump = new List<object?>();
        foreach (var endpoint in await ReadAllAsync(cursor => store.ListEndpointsAsync(new EndpointQuery { TenantId = tenant, Cursor = cursor }, default)))
        {
            dump.Add(endpoint);
            dump.Add((await store.GetEndpointAsync(new EndpointKey(tenant, endpoint.Id), default))!.Secrets);
        }

        foreach (var message in await ReadAllAsync(cursor => store.ListMessagesAsync(new MessageQuery { TenantId = tenant, Cursor = cursor }, default)))
        {
            dump.Add(message with { Payload = null });
            dump.Add(message.Payload is { } payload ? Convert.ToHexString(payload.Span) : null);
        }

        foreach (var delivery in await ReadAllAsync(cursor => store.ListDeliveriesAsync(new DeliveryQuery { TenantId = tenant, Cursor = cursor }, default)))
        {
            dump.Add(delivery);
            dump.AddRange(
                (await store.ListAttemptsAsync(new AttemptQuery { TenantId = tenant, DeliveryId = delivery.Id, Limit = PageQuery.MaxLimit }, default)).Items);
        }

        return JsonSerializer.Serialize(dump);
    }

    private Task<PayloadErasure?> ErasePayloadAsync(string messageId, double at = 0) =>
        Store.ErasePayloadAsync(A.Tenant, messageId, A.At(at), default);

    private async Task<TenantRows> EraseTenantAsync(int limit)
    {
        var total = new TenantRows();
        TenantRows erased;
        do
        {
            erased = await Store.EraseTenantAsync(A.Tenant, limit, default);
            total += erased;
        }
        while (erased.Total > 0);

        await Store.FinishErasureAsync(default);
        return total;
    }
}
