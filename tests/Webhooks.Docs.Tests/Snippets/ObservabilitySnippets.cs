using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Webhooks.Diagnostics;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/observability.md.</summary>
internal static class ObservabilitySnippets
{
    public static void Listen(MetricReader reader, BaseProcessor<Activity> processor)
    {
        using var metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter(WebhooksDefaults.TelemetryName)
            .AddReader(reader)      // or your exporter, such as AddOtlpExporter()
            .Build();

        using var traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(WebhooksDefaults.TelemetryName)
            .AddProcessor(processor)
            .Build();
    }

    public static void Check(IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<WebhooksHealthCheck>("webhooks");
    }
}
