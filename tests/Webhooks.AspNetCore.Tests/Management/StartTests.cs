using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.Tenancy;

namespace Webhooks.AspNetCore.Tests.Management;

/// <summary>The API is not open because something was forgotten.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_host_without_a_tenant_does_not_start()
    {
        var start = () => ManagementHost.StartAsync(map: app => app.MapWebhooks("/v1").AllowAnonymous());

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*/v1/endpoints*WithWebhookTenant*");
    }

    [Fact]
    public async Task A_host_without_authorization_does_not_start()
    {
        var start = () => ManagementHost.StartAsync(map: app => app.MapWebhooks("/v1").WithWebhookTenant(WebhookTenantResolver.Default));

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*/v1/endpoints*RequireAuthorization*AllowAnonymous*");
    }

    [Fact]
    public async Task A_part_without_authorization_stops_the_host_though_others_have_it()
    {
        var start = () => ManagementHost.StartAsync(map: app =>
        {
            var group = app.MapGroup("/v1").WithWebhookTenant(WebhookTenantResolver.Default);
            group.MapWebhooks(parts: WebhookApiParts.Endpoints).AllowAnonymous();
            group.MapWebhooks(parts: WebhookApiParts.Deliveries);
        });

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*deliveries*RequireAuthorization*");
    }

    [Fact]
    public async Task A_decision_on_a_group_around_it_counts()
    {
        await using var host = await ManagementHost.StartAsync(map: app => app.MapGroup("/api")
            .WithWebhookTenant(WebhookTenantResolver.Default).AllowAnonymous().MapWebhooks("/v1"));

        (await host.GetAsync("/api/v1/endpoints", tenant: null)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void Mapping_without_its_services_says_what_to_call()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddWebhooks();
        using var app = (IDisposable)builder.Build();

        ((WebApplication)app).Invoking(host => host.MapWebhooks("/v1"))
            .Should().Throw<InvalidOperationException>().WithMessage("*AddManagementApi*");
    }

    [Fact]
    public async Task Settings_out_of_range_stop_the_host()
    {
        var start = () => ManagementHost.StartAsync(options => (options.MaxPageSize, options.DefaultPageSize) = (10, 20));

        (await start.Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()).WithMessage("*DefaultPageSize*MaxPageSize*");
    }
}
