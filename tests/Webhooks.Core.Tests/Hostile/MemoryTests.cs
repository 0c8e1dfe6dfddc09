using Webhooks.Core.Tests.Dispatching;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Hostile;

/// <summary>Runs alone: it weighs the memory of the process.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    private const int Attempts = 64;
    private const long Allowance = 16 * 1024 * 1024;

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "body without end, ")]
    [InlineData("HTTP/1.1 200 OK\r\n", "X-Header: without end\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Header: ", "line without end")]
    [InlineData("", "HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task Whatever_receivers_send_memory_stays_flat(string beginning, string rest)
    {
        await using var hostile = new HostileReceiver(async it =>
        {
            await it.SendAsync(beginning);
            await it.SendForeverAsync(rest);
        });
        await using var host = await TestHost.StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings(hostile.Url.AbsoluteUri) with { MaxConcurrency = Attempts });
        await AttemptAsync(host, 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await AttemptAsync(host, Attempts);

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(Allowance);
    }

    [Fact]
    public void Endpoints_cost_memory_only_while_they_are_active()
    {
        var scheduler = new LaneScheduler(new DispatcherOptions(), () => { }, () => { }, TimeProvider.System);
        AttemptOnce(scheduler, Enumerable.Range(0, 1_000));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        AttemptOnce(scheduler, Enumerable.Range(1_000, 100_000));

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(100_000, "that is a byte for each of them");
        scheduler.Count().Should().Be((0, 0));
    }

    /// <summary>One attempt for each endpoint: some fail, some ask to be left alone, some were taken over.</summary>
    private static void AttemptOnce(LaneScheduler scheduler, IEnumerable<int> endpoints)
    {
        foreach (var number in endpoints)
        {
            var delivery = LaneSchedulerTests.Delivery(number, number);
            scheduler.Reserve(1, share: 1);
            scheduler.Enqueue(delivery, isHeld: false);
            scheduler.SetTakenOver(delivery.EndpointKey, isTakenOver: number % 5 == 0, isProbe: number % 10 == 0);
            if (!scheduler.TryStart(out var lane, out _) || scheduler.Admit(lane, delivery, new LaneLimits(16), out var _) != AdmitResult.Admitted)
            {
                throw new InvalidOperationException($"Endpoint {number} gets no attempt.");
            }

            DateTimeOffset? pauseUntil = number % 3 == 0 ? DateTimeOffset.MaxValue : null;
            if (scheduler.Finish(lane, new AttemptVerdict(Counts: true, IsFailure: number % 2 == 0, PauseUntil: pauseUntil), new()) is not null)
            {
                scheduler.Reopen(delivery.EndpointKey);
            }

            scheduler.SetTakenOver(delivery.EndpointKey, isTakenOver: false);
            scheduler.Free(1);
        }
    }

    private static async Task AttemptAsync(TestHost host, int count)
    {
        await host.PublishBatchAsync(count);
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.AttemptCount > 0));
    }

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
