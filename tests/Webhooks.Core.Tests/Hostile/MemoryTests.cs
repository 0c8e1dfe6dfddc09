using Webhooks.Core.Tests.Engine;

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

    private static async Task AttemptAsync(TestHost host, int count)
    {
        await host.PublishBatchAsync(count);
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.AttemptCount > 0));
    }

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
