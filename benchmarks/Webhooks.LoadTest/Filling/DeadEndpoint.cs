using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Filling;

/// <summary>
/// An endpoint that is dead, with its backlog: one delivery of ten was attempted and waits for its retry, the others came
/// while the endpoint was paused and are held. The pause outlasts the run, as that of an open circuit would.
/// </summary>
internal static class DeadEndpoint
{
    private const string TenantId = "tenant-dead";
    private const int Unavailable = 503;
    private const int FailedPart = 10;

    public static async Task AddAsync(SendingHost host, ReceiverProcess receiver, int backlog)
    {
        var endpoint = await host.CreateEndpointAsync(
            receiver, receiver.Url(SendingHost.EndpointCount, Unavailable), TenantId);
        var filler = new StoreFiller(host.Store, [TenantId], LoadEvent.PayloadBytes);
        await filler.AddFailedAsync(backlog / FailedPart);
        await host.Store.PauseEndpointAsync(
            new EndpointPause(
                new EndpointKey(TenantId, endpoint.Id), StoreTime.Now() + TimeSpan.FromDays(1), Owner: null),
            CancellationToken.None);
        await filler.AddNewAsync(backlog - (backlog / FailedPart));
    }
}
