using Microsoft.Extensions.Hosting;
using Webhooks.Endpoints;

namespace QuickStart;

/// <summary>Registers the receivers as endpoints, as the shops' partners would in a portal, before the first delivery.</summary>
internal sealed class EndpointSetup(
    IWebhookEndpoints endpoints, ReceiverServer server, DeliveryLog log, TimeProvider time) : IHostedService
{
    /// <summary>Whether the database is one of an earlier run.</summary>
    public bool IsResumed { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var receiver in server.Receivers)
        {
            await RegisterAsync(receiver, cancellationToken);
        }

        await ReportLeftoversAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RegisterAsync(Receiver receiver, CancellationToken ct)
    {
        var settings = new EndpointSettings
        {
            Url = receiver.Url,
            EventTypes = [receiver.EventTypes],
            RetrySchedule = receiver.RetrySchedule,
        };

        if (await endpoints.GetAsync(receiver.EndpointId, receiver.Tenant, ct) is null)
        {
            // The secret is shown here and never again.
            var created = await endpoints.CreateAsync(
                settings, new CreateEndpointOptions { TenantId = receiver.Tenant, EndpointId = receiver.EndpointId }, ct);
            receiver.UseSecret(created.Secret);
            return;
        }

        // An earlier run has registered it. Its port has changed, and its secret went with that run: rotating gives a new one.
        IsResumed = true;
        await endpoints.UpdateAsync(receiver.EndpointId, settings, receiver.Tenant, cancellationToken: ct);
        var secret = await endpoints.RotateSecretAsync(
            receiver.EndpointId, new RotateSecretOptions { TenantId = receiver.Tenant }, ct);
        receiver.UseSecret(secret);
    }

    private async Task ReportLeftoversAsync(CancellationToken ct)
    {
        var leftovers = await log.ListOpenAsync(ct);
        if (leftovers.Count == 0)
        {
            return;
        }

        Console.WriteLine($"An earlier run left {leftovers.Count:N0} deliveries unfinished; this one finishes them.");
        var wait = leftovers.Max(delivery => delivery.LeaseUntil) - time.GetUtcNow();
        if (wait > TimeSpan.FromSeconds(2))
        {
            Console.WriteLine($"Waiting for leases of the killed run: they end within {wait.Value.TotalSeconds:N0} s.");
        }
    }
}
