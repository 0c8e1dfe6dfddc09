using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Soaking;

/// <summary>
/// The endpoints of the soak: 20 of a tenant each, which have their troubles in turns; five of one tenant; and one that never
/// succeeds.
/// </summary>
internal sealed class SoakEndpoints
{
    public const string SharedTenant = "soak-shared";
    public const string FailingTenant = "soak-failing";

    /// <summary>How often a delivery to the endpoint that never succeeds is attempted.</summary>
    public const int FailingAttempts = 3;

    public const int SharedCount = 5;

    private const int ServerError = 500;

    private readonly SendingHost _host;
    private readonly ReceiverProcess _receiver;
    private readonly List<WebhookEndpoint> _endpoints = [];

    private SoakEndpoints(SendingHost host, ReceiverProcess receiver)
    {
        _host = host;
        _receiver = receiver;
    }

    /// <param name="host">Who sends to them.</param>
    /// <param name="receiver">What they are.</param>
    /// <param name="retryDelay">How long deliveries to the endpoint that never succeeds wait for their next try.</param>
    public static async Task<SoakEndpoints> CreateAsync(SendingHost host, ReceiverProcess receiver, TimeSpan retryDelay)
    {
        var endpoints = new SoakEndpoints(host, receiver);
        var target = 0;
        for (; target < SendingHost.EndpointCount; target++)
        {
            endpoints._endpoints.Add(await host.CreateEndpointAsync(receiver, receiver.Url(target), $"tenant-{target}"));
        }

        for (var i = 0; i < SharedCount; i++, target++)
        {
            await host.CreateEndpointAsync(receiver, receiver.Url(target), SharedTenant);
        }

        var schedule = new RetrySchedule([.. Enumerable.Repeat(retryDelay, FailingAttempts - 1)]);
        await host.CreateEndpointAsync(receiver, receiver.Url(target, ServerError), FailingTenant, schedule);
        host.UseTenants(fanOut: 1);
        return endpoints;
    }

    /// <summary>Lets one endpoint answer 500, another not at all, and disables a third.</summary>
    public async Task BeginTroubleAsync(int turn)
    {
        await MoveAsync(At(turn, 0), ServerError);
        await MoveAsync(At(turn, 1), Receiver.NoAnswer);
        var disabled = _endpoints[At(turn, 2)];
        await _host.Endpoints.DisableAsync(disabled.Id, tenantId: disabled.TenantId);
    }

    /// <summary>Ends the troubles of a turn.</summary>
    public async Task EndTroubleAsync(int turn)
    {
        await MoveAsync(At(turn, 0));
        await MoveAsync(At(turn, 1));
        var disabled = _endpoints[At(turn, 2)];
        await _host.Endpoints.EnableAsync(disabled.Id, disabled.TenantId);
    }

    private int At(int turn, int place) => ((turn * 3) + place) % _endpoints.Count;

    private async Task MoveAsync(int target, int status = 200)
    {
        var endpoint = _endpoints[target];
        await _host.Endpoints.UpdateAsync(
            endpoint.Id, endpoint.Settings with { Url = _receiver.Url(target, status) }, endpoint.TenantId);
    }
}
