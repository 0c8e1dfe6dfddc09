using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_turn_finds_nothing_where_no_replay_is_due()
    {
        Assert.Equal(new ReplayTurnResult(Job: null, 0, NextDueAt: null), await TurnAsync(at: 0));

        await StartReplayAsync(createdAt: 5);

        Assert.Equal(new ReplayTurnResult(Job: null, 0, A.At(5)), await TurnAsync(at: 4));
    }

    [Fact]
    public async Task Replays_take_turns()
    {
        await AddEndpointAsync();
        for (var i = 0; i < 4; i++)
        {
            await AppendEndedAsync(at: i);
        }

        var first = await StartReplayAsync(createdAt: 10);
        var second = await StartReplayAsync(createdAt: 11);

        var turns = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            turns.Add((await TurnAsync(at: 20 + i, limit: 1)).Job!.Id);
        }

        Assert.Equal([first.Id, second.Id, first.Id, second.Id], turns);
    }

    [Fact]
    public async Task Turns_at_the_same_time_leave_nothing_out_and_do_nothing_twice()
    {
        const int Count = 60;
        await AddEndpointAsync();
        await AppendAsync(A.Messages(Count));
        foreach (var chunk in (await ClaimAsync(at: 0)).Deliveries.Chunk(50))
        {
            await Store.CompleteAsync(A.Owner, [.. chunk.Select(lease => A.Failure(lease))], default);
        }

        var late = await AddEndpointAsync();
        await StartReplayAsync();
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent });
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent, EndpointId = late.EndpointId });

        var turns = await Task.WhenAll(Enumerable.Range(0, 4).Select(runner => Task.Run(async () =>
        {
            var replayed = 0;
            for (var at = 100; at < 200; at++)
            {
                replayed += (await TurnAsync(at, limit: 7)).ReplayedCount;
            }

            return replayed;
        })));

        // Where one was ahead of the others, what it has left waits for a time that they did not reach.
        var rest = 0;
        for (var at = 1_000; await TurnAsync(at, limit: 7) is { Job: not null } turn; at++)
        {
            rest += turn.ReplayedCount;
        }

        Assert.Equal(2 * Count, turns.Sum() + rest);
        var jobs = await ReadReplaysAsync(new ReplayQuery { TenantId = A.Tenant });
        Assert.All(jobs, job => Assert.Equal(ReplayStatus.Completed, job.Status));
        Assert.Equal(2 * Count, jobs.Sum(job => job.ReplayedCount));
        var deliveries = await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Limit = 250 });
        Assert.Equal(2 * Count, deliveries.Count);
        Assert.Equal(2 * Count, deliveries.Select(delivery => (delivery.MessageId, delivery.EndpointId)).Distinct().Count());
        Assert.Equal(2 * Count, (await ClaimAsync(at: 2_000)).Deliveries.Count);
    }
}
