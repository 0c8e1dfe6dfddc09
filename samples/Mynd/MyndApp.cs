using System.Text.Json;
using System.Text.Json.Serialization;
using Samples.Common;
using Webhooks.Catalog;
using Webhooks.Signing;

namespace Mynd;

/// <summary>The webhooks API of Mynd.</summary>
public static class MyndApp
{
    /// <summary>Builds it.</summary>
    /// <param name="args">The command line: settings.</param>
    /// <param name="configure">Changes what it is built of.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddProblemDetails();
        builder.Services.AddWebhooks(builder.Configuration.GetSection("Webhooks"), webhooks => webhooks
            .UseSqlite($"Data Source={builder.Configuration["Database"] ?? "mynd.db"}")
            .AddEventType("run.completed", type => type.WithDescription("A run came to its end."))
            .AddEventType("run.failed", type => type.WithDescription("A run failed."))
            .AddEventType("run.awaiting_approval", type => type.WithDescription("A run waits for a person to approve what it is about to do."))
            .Configure(options =>
            {
                // One header, Mynd-Signature: t=<Unix seconds>,v1=<HMAC-SHA256 in hex>.
                options.Signing.Schemes["mynd"] = SigningScheme.Stripe with { SignatureHeader = "Mynd-Signature" };
                options.Signing.Default = ["mynd"];
                options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(10);
                options.Retry.Delays = Backoff;
                options.Retry.Jitter = 0;
            }));
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseExceptionHandler().UseStatusCodePages();
        var api = app.MapGroup("/").WithValidationProblems(("eventTypes", "events"));
        api.MapPost("/v1/webhooks", WebhookRoutes.CreateAsync);
        api.MapGet("/v1/webhooks/{id}/deliveries", WebhookRoutes.ListDeliveriesAsync);
        api.MapDelete("/v1/webhooks/{id}", WebhookRoutes.DeleteAsync);
        api.MapGet("/docs/webhooks", (IEventCatalogExporter catalog) => Results.Text(catalog.ToMarkdown(), "text/markdown"));
        api.MapPost("/internal/events/{name}", WebhookRoutes.PublishAsync);
        return app;
    }

    /// <summary>The waits between attempts: 24 hours from the first to the last.</summary>
    private static TimeSpan[] Backoff =>
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(8), new TimeSpan(8, 24, 0),
    ];
}
