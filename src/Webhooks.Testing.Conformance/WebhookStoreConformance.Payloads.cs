using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    private static readonly byte[] Answer = "the receiver repeats what it got"u8.ToArray();

    [Fact]
    public async Task A_payload_goes_at_its_time_with_the_excerpts_of_responses_and_all_else_stays()
    {
        await AddEndpointAsync();
        var message = A.Message(createdAt: A.At(1)) with { PayloadKeptUntil = A.At(10) };
        var lease = await AppendLeasedAsync(message);
        await CompleteAsync(Answered(A.Retry(lease, A.At(2), startedAt: A.At(1))));
        await CompleteAsync(Answered(A.Success(Assert.Single((await ClaimAsync(at: 2)).Deliveries), A.At(2))));
        var before = (Delivery: await GetDeliveryAsync(lease), Attempts: await ReadAttemptsAsync(lease));
        Assert.Equal(A.At(10), (await Store.GetMessageAsync(A.Tenant, message.Id, default))!.PayloadKeptUntil);

        Assert.Equal(0, await PrunePayloadsAsync(at: 9.999));
        Assert.NotNull((await Store.GetMessageAsync(A.Tenant, message.Id, default))!.Payload);
        Assert.Equal(1, await PrunePayloadsAsync(at: 10));
        Assert.Equal(0, await PrunePayloadsAsync(at: 10));

        var expected = message with { Payload = null, PayloadKeptUntil = null, Channels = [] };
        Assert.Equal(expected, (await Store.GetMessageAsync(A.Tenant, message.Id, default))! with { Channels = expected.Channels });
        Assert.Null(Assert.Single(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Payload);
        Assert.Equal(before.Delivery, await GetDeliveryAsync(lease));
        Assert.Equal(
            before.Attempts.Select(attempt => attempt with { ResponseExcerpt = default, IsResponseTruncated = true }),
            (await ReadAttemptsAsync(lease)).Select(attempt => attempt with { ResponseExcerpt = attempt.ResponseExcerpt.IsEmpty ? default : attempt.ResponseExcerpt }));
    }

    [Fact]
    public async Task Payloads_without_a_time_and_the_excerpts_of_other_messages_stay()
    {
        await AddEndpointAsync();
        await AddEndpointAsync(A.OtherTenant);
        var kept = await AppendLeasedAsync();
        var foreign = await AppendLeasedAsync(tenant: A.OtherTenant);
        var gone = await AppendLeasedAsync(A.Message() with { PayloadKeptUntil = A.Start });
        var silent = A.Message() with { PayloadKeptUntil = A.Start };
        await CompleteAsync(A.Success(await AppendLeasedAsync(silent)));
        foreach (var lease in new[] { kept, foreign, gone })
        {
            await CompleteAsync(Answered(A.Success(lease)));
        }

        Assert.Equal(2, await PrunePayloadsAsync(at: 1_000_000));

        Assert.Equal("{}"u8.ToArray(), (await Store.GetMessageAsync(A.Tenant, kept.Message.Id, default))!.Payload!.Value.ToArray());
        Assert.Equal(Answer, Assert.Single(await ReadAttemptsAsync(kept)).ResponseExcerpt.ToArray());
        Assert.Equal(Answer, Assert.Single(await ReadAttemptsAsync(foreign)).ResponseExcerpt.ToArray());
        Assert.True(Assert.Single(await ReadAttemptsAsync(gone)).ResponseExcerpt.IsEmpty);

        // Where there was no excerpt, none was removed.
        Assert.False((await ReadDeliveriesAsync(silent.Id)) is not [var delivery]
            || Assert.Single((await Store.ListAttemptsAsync(new AttemptQuery { TenantId = A.Tenant, DeliveryId = delivery.Id }, default)).Items).IsResponseTruncated);
    }

    [Fact]
    public async Task A_payload_stays_while_a_delivery_is_pending_and_is_not_looked_at_again_and_again()
    {
        await AddEndpointAsync();
        var message = A.Message() with { PayloadKeptUntil = A.At(10) };
        var lease = await AppendLeasedAsync(message);

        Assert.Equal(1, await PrunePayloadsAsync(at: 10));
        Assert.Equal(0, await PrunePayloadsAsync(at: 10));
        await AssertKeptUntilAsync(10 + 60);
        Assert.Equal(0, await PrunePayloadsAsync(at: 69));
        Assert.Equal(1, await PrunePayloadsAsync(at: 800));

        // By an eighth of its age.
        await AssertKeptUntilAsync(900);
        await CompleteAsync(Answered(A.Retry(lease, A.At(850))));
        Assert.Equal(message.Id, Assert.Single((await ClaimAsync(at: 899)).Deliveries).Message.Id);
        Assert.Equal(1, await PrunePayloadsAsync(at: 900));
        var second = Assert.Single((await ClaimAsync(at: 2000)).Deliveries);
        Assert.Equal("{}"u8.ToArray(), second.Message.Payload!.Value.ToArray());
        await CompleteAsync(A.Success(second));

        Assert.Equal(1, await PrunePayloadsAsync(at: 5000));
        Assert.Null((await Store.GetMessageAsync(A.Tenant, message.Id, default))!.Payload);
        Assert.True((await ReadAttemptsAsync(lease))[0].ResponseExcerpt.IsEmpty);

        async Task AssertKeptUntilAsync(double seconds)
        {
            var stored = await Store.GetMessageAsync(A.Tenant, message.Id, default);
            Assert.Equal(A.At(seconds), stored!.PayloadKeptUntil);
            Assert.NotNull(stored.Payload);
        }
    }

    [Fact]
    public async Task A_call_looks_at_no_more_payloads_than_its_limit_and_at_those_that_have_waited_longest_first()
    {
        await AppendAsync([.. Enumerable.Range(0, 5).Select(i => A.Message(id: $"msg_{i}", createdAt: A.At(5 - i)) with { PayloadKeptUntil = A.At(10 + i) })]);

        Assert.Equal(2, await PrunePayloadsAsync(at: 100, limit: 2));

        Assert.Equal(
            ["msg_2", "msg_3", "msg_4"],
            (await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Where(message => message.Payload is not null).Select(message => message.Id).Order());
        Assert.Equal(2, await PrunePayloadsAsync(at: 100, limit: 2));
        Assert.Equal(1, await PrunePayloadsAsync(at: 100, limit: 2));
    }

    [Fact]
    public async Task What_has_no_payload_is_not_sent_again()
    {
        await AddEndpointAsync();
        var bare = await AppendLeasedAsync(A.Message(createdAt: A.At(1)) with { PayloadKeptUntil = A.At(1) });
        await CompleteAsync(A.Failure(bare));
        var whole = await AppendEndedAsync(at: 2);
        await PrunePayloadsAsync(at: 5);

        Assert.Equal(ResendResult.PayloadRemoved, await Store.ResendAsync(A.Tenant, bare.Id, A.At(10), resendId: null, default));
        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(bare)).Status);
        await StartReplayAsync();
        var turn = await TurnAsync(at: 10);
        Assert.Equal((ReplayStatus.Completed, 1L, 1L), (turn.Job!.Status, turn.Job.ReplayedCount, turn.Job.SkippedCount));
        Assert.Equal(whole.Id, Assert.Single((await ClaimAsync(at: 10)).Deliveries).Id);

        await AddEndpointAsync();
        await StartReplayAsync(NeverSent);
        turn = await TurnAsync(at: 20);
        Assert.Equal((ReplayStatus.Completed, 1L, 1L), (turn.Job!.Status, turn.Job.ReplayedCount, turn.Job.SkippedCount));
        Assert.Equal(whole.Message.Id, Assert.Single((await ClaimAsync(at: 20)).Deliveries).Message.Id);
        Assert.Single(await ReadDeliveriesAsync(bare.Message.Id));
    }

    [Fact]
    public async Task A_message_without_its_payload_is_still_the_first_of_its_ids_and_goes_at_its_own_time()
    {
        await AppendAsync(A.Message(id: "run-7", eventId: "paid-1", createdAt: A.At(1)) with { PayloadKeptUntil = A.At(1) });
        await PrunePayloadsAsync(at: 5);

        var again = Assert.Single(await AppendAsync(A.Message(eventId: "paid-1", createdAt: A.At(6))));
        Assert.Equal(("run-7", true), (again.MessageId, again.IsDuplicate));

        await PruneAllAsync(messagesBefore: 10);
        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant }));
    }

    [Fact]
    public async Task Rate_limits_that_have_ended_are_forgotten_and_begin_anew_in_the_same_way()
    {
        var endpoint = await AddEndpointAsync();
        await ReserveAsync(endpoint, at: 0, seconds: 5);
        await Store.ReserveAsync(A.Start, [new(A.Tenant, EndpointId: null, Pace, TimeSpan.FromSeconds(500))], default);

        while (await Store.PruneRatesAsync(A.At(100), limit: 1, default) > 0)
        {
        }

        Assert.Equal(A.At(101), await ReserveAsync(endpoint, at: 101, seconds: 1));
        Assert.Equal(
            [A.At(500)], await Store.ReserveAsync(A.At(101), [new(A.Tenant, EndpointId: null, Pace, TimeSpan.FromSeconds(1))], default));
        Assert.Equal(A.At(102), await ReserveAsync(endpoint, at: 101, seconds: 1));
    }

    private static DeliveryOutcome Answered(DeliveryOutcome outcome) =>
        outcome with { Attempt = outcome.Attempt with { ResponseExcerpt = Answer } };

    private Task<int> PrunePayloadsAsync(double at, int limit = 1000) =>
        Store.PrunePayloadsAsync(new PayloadPruneRequest(A.At(at), TimeSpan.FromSeconds(60), limit), default);

    /// <summary>Appends a message with one delivery, leased at once.</summary>
    private async Task<LeasedDelivery> AppendLeasedAsync(WebhookMessage message)
    {
        var lease = new LeaseGrant(A.Owner, message.CreatedAt.AddSeconds(LeaseSeconds), Limit: 1);
        return Assert.Single(Assert.Single(await Store.AppendAsync([message], lease, default)).Leased);
    }
}
