using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Tests;

public sealed class LoadEventTests
{
    [Fact]
    public async Task A_payload_has_512_bytes_as_those_of_the_ceiling_have()
    {
        await using var store = new MemoryStore();
        await using var host = await SendingHost.StartAsync(store);
        host.UseTenants(fanOut: 1);

        var sent = await host.PublishAsync(1);

        var message = await host.Log.GetMessageAsync(sent.Id, host.Tenants[1].TenantId);
        message!.Payload!.Value.Length.Should().BeInRange(LoadEvent.PayloadBytes - 8, LoadEvent.PayloadBytes);
    }
}
