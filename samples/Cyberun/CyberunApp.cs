using System.Text.Json;
using System.Text.Json.Serialization;
using Cyberun.Teams;
using Microsoft.AspNetCore.Authorization;
using Samples.Common;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Cyberun;

/// <summary>The webhooks API of Cyberun.</summary>
public static class CyberunApp
{
    private const string Scheme = "Cyberun";

    /// <summary>Builds it.</summary>
    /// <param name="args">The command line: settings. <c>Credentials:sk-…</c> is a credential with its team.</param>
    /// <param name="configure">Changes what it is built of.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, displayName: null, options => options.ForwardDefaultSelector = context =>
                CredentialHandler.Handles(context.Request) ? CredentialHandler.SchemeName : JwtHandler.SchemeName)
            .AddScheme<CredentialOptions, CredentialHandler>(CredentialHandler.SchemeName, options =>
                options.Teams = builder.Configuration.GetSection("Credentials").GetChildren().ToDictionary(
                    credential => credential.Key, credential => credential.Value!, StringComparer.Ordinal))
            .AddScheme<JwtOptions, JwtHandler>(JwtHandler.SchemeName, configureOptions: null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        });
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<IWebhookEnvelope, FlatEnvelope>();
        builder.Services.AddWebhooks(builder.Configuration.GetSection("Webhooks"), webhooks => webhooks
            .UseSqlite($"Data Source={builder.Configuration["Database"] ?? "cyberun.db"}")
            .ConfigureJson(json => json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower)
            .AddEventType<FinishedTask>(TaskEvents.Completed, type => type.WithDescription("Fired when a task finishes successfully."))
            .AddEventType<FinishedTask>(TaskEvents.Failed, type => type.WithDescription(
                "Fired when a task fails (including timeout and agent disconnect)."))
            .Configure(options =>
            {
                options.Signing.Schemes["cyberun"] = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" };
                options.Signing.Default = ["cyberun"];
                options.Retry.Delays = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];
                options.Retry.Jitter = 0;
            }));
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseExceptionHandler().UseStatusCodePages();
        var api = app.MapGroup("/").WithValidationProblems(("eventTypes", "event_types")).RequireTeam();
        api.MapPost("/v1/webhooks", WebhookRoutes.CreateAsync);
        api.MapGet("/v1/webhooks/{id}", WebhookRoutes.GetAsync);
        api.MapPost("/internal/tasks", TaskRoutes.FinishAsync);
        return app;
    }
}
