using System.Text.Json;
using System.Text.Json.Serialization;
using Cyberdesk.Runs;
using Microsoft.AspNetCore.Authorization;
using Samples.Common;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Cyberdesk;

/// <summary>The webhooks of Cyberdesk.</summary>
public static class CyberdeskApp
{
    /// <summary>The claim of a token that says whose webhooks they are.</summary>
    public const string OrganizationClaim = "org";

    /// <summary>Builds it.</summary>
    /// <param name="args">The command line: settings.</param>
    /// <param name="configure">Changes what it is built of.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthentication(JwtHandler.SchemeName).AddScheme<JwtOptions, JwtHandler>(JwtHandler.SchemeName, configureOptions: null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.ConfigureHttpJsonOptions(json => Spell(json.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<IWebhookEnvelope, RunEnvelope>();
        builder.Services.AddWebhooks(builder.Configuration.GetSection("Webhooks"), webhooks => webhooks
            .UseSqlite($"Data Source={builder.Configuration["Database"] ?? "cyberdesk.db"}")
            .AddManagementApi()
            .ConfigureJson(Spell)
            .AddEventType<RunResponse>(RunRoutes.RunComplete, type => type
                .WithDescription("A workflow run reached a terminal state: success, error, task_failed or cancelled.")
                .WithExample(RunResponse.Example))
            .Configure(options =>
            {
                options.Signing.Default = [SigningSchemeNames.Svix];
                options.Retry.Delays =
                [
                    TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
                    TimeSpan.FromHours(10), TimeSpan.FromHours(10),
                ];
                options.Retry.Jitter = 0;
            }));
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseExceptionHandler().UseStatusCodePages();

        // What the portal does: each organization its own endpoints, secrets and logs.
        var organization = WebhookTenantResolver.FromClaim(OrganizationClaim);
        app.MapWebhooks("/v1").WithWebhookTenant(organization).RequireAuthorization();
        app.MapPost("/internal/runs", RunRoutes.FinishAsync).WithWebhookTenant(organization).RequireAuthorization();
        return app;
    }

    private static void Spell(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
    }
}
