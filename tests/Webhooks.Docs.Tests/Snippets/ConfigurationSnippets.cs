using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Addresses;
using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/configuration.md.</summary>
internal static class ConfigurationSnippets
{
    public static void Develop(IWebhooksBuilder webhooks)
    {
        webhooks.Configure(options =>
        {
            options.AllowInsecureUrls = true;        // http
            options.Addresses.AllowLoopback = true;  // 127.0.0.0/8, ::1, localhost
        });
    }

    public static void AddLoginCode(IWebhooksBuilder webhooks)
    {
        webhooks.AddEventType<LoginCode>("login.code", type => type.AtMostOnce());
    }

    public static async Task ScheduleAsync(IWebhookPublisher webhooks, Customer customer, CancellationToken cancellationToken)
    {
        await webhooks.PublishAsync(
            new TrialEnds(customer.Id),
            new PublishOptions
            {
                DeliverAt = customer.TrialEndsAt.AddDays(-3),
                ExpiresAt = customer.TrialEndsAt,
            },
            cancellationToken);
    }

    public static void AddTenantRules(HostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ITenantAddressRules, TenantNetworks>();
    }
}

public sealed class TenantNetworks : ITenantAddressRules
{
    private readonly AddressRules _onPremises = new() { AllowedNetworks = ["10.20.0.0/16"] };

    public ValueTask<AddressRules?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(tenantId == "acme" ? _onPremises : null);
}

public sealed class PlanLimits(Plans plans) : ITenantRateLimits
{
    public ValueTask<RateLimit?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        new(plans.IsFree(tenantId) ? RateLimit.PerSecond(5) : null);
}
