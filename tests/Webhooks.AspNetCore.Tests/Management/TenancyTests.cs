using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class TenancyTests
{
    [Fact]
    public async Task A_missing_header_is_the_callers_fault()
    {
        await using var host = await ManagementHost.StartAsync();

        (await host.GetAsync("/v1/endpoints", tenant: null)).ShouldBeProblem(HttpStatusCode.BadRequest, "tenant");
        (await host.GetAsync("/v1/endpoints", tenant: "")).ShouldBeProblem(HttpStatusCode.BadRequest, "tenant");
    }

    [Fact]
    public async Task Nobody_gets_to_the_operational_events_of_all_tenants_by_naming_their_tenant()
    {
        await using var host = await ManagementHost.StartAsync();

        (await host.GetAsync("/v1/endpoints", WebhooksDefaults.OperationalTenantId)).ShouldBeProblem(HttpStatusCode.Forbidden, "tenant");
        (await host.GetAsync("/v1/endpoints", new string('x', 256))).ShouldBeProblem(HttpStatusCode.Forbidden, "tenant");
    }

    [Fact]
    public async Task A_claim_says_whose_a_request_is_and_policies_say_who_may_call_a_part()
    {
        await using var host = await ManagementHost.StartAsync(
            services: builder =>
            {
                builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestScheme>("test", null);
                builder.Services.AddAuthorizationBuilder().AddPolicy("admin", policy => policy.RequireRole("admin"));
            },
            map: app =>
            {
                var tenant = WebhookTenantResolver.FromClaim("team");
                app.MapWebhooks("/v1", WebhookApiParts.Endpoints).WithWebhookTenant(tenant).RequireAuthorization("admin");
                app.MapWebhooks("/v1", WebhookApiParts.Deliveries).WithWebhookTenant(tenant).RequireAuthorization();
            });
        await host.Service<IWebhookEndpoints>().CreateAsync(
            new EndpointSettings { Url = "https://example.com/", EventTypes = ["*"] }, new CreateEndpointOptions { TenantId = "red" });

        async Task<HttpStatusCode> StatusAsync(string path, string? user) =>
            (await host.SendAsync(HttpMethod.Get, path, tenant: null, headers: user is null ? [] : [("Authorization", user)])).StatusCode;

        (await StatusAsync("/v1/endpoints", null)).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync("/v1/endpoints", "red viewer")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync("/v1/deliveries", "red viewer")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync("/v1/deliveries", "- viewer")).Should().Be(HttpStatusCode.Forbidden, "the user has no team");
        (await host.SendAsync(HttpMethod.Get, "/v1/endpoints", tenant: null, headers: ("Authorization", "red admin")))
            .Json["data"]!.AsArray().Should().HaveCount(1);
        (await host.SendAsync(HttpMethod.Get, "/v1/endpoints", tenant: null, headers: ("Authorization", "blue admin")))
            .Json["data"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task The_path_or_a_delegate_says_whose_a_request_is()
    {
        await using var host = await ManagementHost.StartAsync(map: app =>
        {
            app.MapWebhooks("/teams/{team}").WithWebhookTenant(WebhookTenantResolver.FromRouteValue("team")).AllowAnonymous();
            app.MapWebhooks("/keys").AllowAnonymous().WithWebhookTenant(WebhookTenantResolver.From(context => ValueTask.FromResult(
                context.Request.Headers["X-Key"] == "key-of-red" ? WebhookTenantResult.Found("red") : WebhookTenantResult.Refused(StatusCodes.Status404NotFound, "No."))));
        });
        await host.PostAsync("/teams/red/endpoints", """{"url":"https://example.com/","event_types":["*"]}""", tenant: null);

        var byPath = await host.GetAsync("/teams/blue/endpoints", tenant: null);
        var byKey = await host.SendAsync(HttpMethod.Get, "/keys/endpoints", headers: ("X-Key", "key-of-red"));
        var byNothing = await host.GetAsync("/keys/endpoints");

        byPath.Json["data"]!.AsArray().Should().BeEmpty();
        byKey.Json["data"]!.AsArray().Should().HaveCount(1);
        byNothing.ShouldBeProblem(HttpStatusCode.NotFound, "tenant")["detail"].Should().Be("No.");
    }

    [Fact]
    public async Task A_hosts_own_routes_share_the_tenant_and_the_problems()
    {
        await using var host = await ManagementHost.StartAsync(map: app => app.MapGroup("/own")
            .WithWebhookTenant(WebhookTenantResolver.FromHeader(ManagementHost.TenantHeader))
            .WithWebhookProblems()
            .MapPost("/{id}", async (string id, WebhookTenant tenant, IWebhookEndpoints endpoints, CancellationToken ct) =>
            {
                var settings = new EndpointSettings { Url = id == "b" ? "https://example.com/" : "http", EventTypes = ["*"] };
                var created = await endpoints.CreateAsync(
                    settings, new CreateEndpointOptions { TenantId = tenant.Id, EndpointId = id }, ct);
                return Results.Text(created.Endpoint.TenantId);
            }));

        (await host.PostAsync("/own/a")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation")
            .Fields.Should().Equal("url");
        (await host.PostAsync("/own/b")).Text.Should().Be(ManagementHost.Tenant);
        (await host.PostAsync("/own/b")).ShouldBeProblem(HttpStatusCode.Conflict, "conflict");
        (await host.PostAsync("/own/a", tenant: null)).ShouldBeProblem(HttpStatusCode.BadRequest, "tenant");
    }

    /// <summary>Believes what a caller says: <c>Authorization: team role</c>.</summary>
    private sealed class TestScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers.Authorization.ToString().Split(' ') is not [var team, var role])
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], Scheme.Name);
            if (team != "-")
            {
                identity.AddClaim(new Claim("team", team));
            }

            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
