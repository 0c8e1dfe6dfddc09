using Microsoft.EntityFrameworkCore;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Shop;

/// <summary>
/// Registers the warehouse, which works for every merchant, as an endpoint of each. In a shop that is more than a sample the
/// merchants do it themselves, and see their secret once; here both sides read it from their settings.
/// </summary>
internal sealed class PartnerSetup(IWebhookEndpoints endpoints, IServiceScopeFactory scopes, IConfiguration configuration) : IHostedService
{
    private const string EndpointId = "warehouse";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["Warehouse:Url"] is not { } url)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var merchants = await scope.ServiceProvider.GetRequiredService<ShopContext>().Merchants.ToListAsync(cancellationToken);
        foreach (var merchant in merchants)
        {
            var secret = WebhookSecret.Parse(configuration[$"Warehouse:Secrets:{merchant.Id}"]
                ?? throw new InvalidOperationException($"The setting Warehouse:Secrets:{merchant.Id} is missing."));
            var settings = new EndpointSettings { Url = $"{url}/webhooks/{merchant.Id}", EventTypes = ["order.*"] };
            await RegisterAsync(merchant.Id, settings, secret, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RegisterAsync(string tenant, EndpointSettings settings, WebhookSecret secret, CancellationToken ct)
    {
        if (await endpoints.GetAsync(EndpointId, tenant, ct) is null)
        {
            await endpoints.CreateAsync(
                settings, new CreateEndpointOptions { TenantId = tenant, EndpointId = EndpointId, Secret = secret }, ct);
            return;
        }

        await endpoints.UpdateAsync(EndpointId, settings, tenant, cancellationToken: ct);
        var secrets = await endpoints.GetSecretsAsync(EndpointId, tenant, ct);
        if (!secrets[0].Secret.Equals(secret))
        {
            await endpoints.RotateSecretAsync(EndpointId, new RotateSecretOptions { TenantId = tenant, Secret = secret }, ct);
        }
    }
}
