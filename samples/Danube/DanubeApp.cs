using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Samples.Common;

namespace Danube;

/// <summary>The webhooks API of Danube.</summary>
public static class DanubeApp
{
    /// <summary>The event types that can be subscribed to.</summary>
    public static readonly string[] Events =
    [
        "tool.execution.completed", "tool.execution.failed", "workflow.completed", "workflow.failed", "agent.spend.limit_approaching",
    ];

    /// <summary>Builds it.</summary>
    /// <param name="args">The command line: settings.</param>
    /// <param name="configure">Changes what it is built of.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthentication(JwtHandler.SchemeName).AddScheme<JwtOptions, JwtHandler>(JwtHandler.SchemeName, configureOptions: null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddProblemDetails();
        builder.Services.AddWebhooks(builder.Configuration.GetSection("Webhooks"), webhooks =>
        {
            webhooks.UseSqlite($"Data Source={builder.Configuration["Database"] ?? "danube.db"}");
            foreach (var name in Events)
            {
                webhooks.AddEventType(name);
            }
        });
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseExceptionHandler().UseStatusCodePages();
        var api = app.MapGroup("/").WithValidationProblems(("eventTypes", "events"));
        api.MapPost("/v1/webhooks", WebhookRoutes.CreateAsync);
        api.MapPost("/internal/events/{name}", WebhookRoutes.PublishAsync);
        return app;
    }
}
