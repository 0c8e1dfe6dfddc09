using System.Diagnostics;
using System.Net;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Webhooks.Core.Tests.Engine;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Diagnostics;

/// <summary>What an OpenTelemetry SDK sees of a host in which everything happens is what docs/observability.md says.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class OpenTelemetryTests
{
    [Fact]
    public async Task An_sdk_sees_exactly_the_documented_metrics()
    {
        var exporter = new ListExporter<Metric, (Metric Metric, string[] Tags)>(SeeTags);
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(WebhooksDefaults.TelemetryName)
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();

        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = [TimeSpan.FromMinutes(1)]);
        await LetEverythingHappenAsync(host);
        provider.ForceFlush();

        exporter.Seen
            .GroupBy(seen => $"{seen.Metric.Name} {TypeOf(seen.Metric)} {seen.Metric.Unit}", StringComparer.Ordinal)
            .Select(group => $"{group.Key} [{string.Join(", ", group.SelectMany(seen => seen.Tags).Distinct(StringComparer.Ordinal))}]")
            .Should().BeEquivalentTo(TelemetryDocument.Instruments);
    }

    [Fact]
    public async Task An_sdk_sees_exactly_the_documented_spans()
    {
        var exporter = new ListExporter<Activity, Activity>(static activity => [activity]);
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(WebhooksDefaults.TelemetryName)
            .AddProcessor(new SimpleActivityExportProcessor(exporter))
            .Build();

        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = [TimeSpan.FromMinutes(1)]);
        await LetEverythingHappenAsync(host);

        var spans = exporter.Seen;
        spans.Select(span => $"{span.DisplayName} {span.Kind.ToString().ToLowerInvariant()}").Distinct(StringComparer.Ordinal)
            .Should().BeEquivalentTo(
                [.. TelemetryDocument.Spans.Select(span => span.Replace("{event type}", "order.created", StringComparison.Ordinal)), "publish producer"]);
        foreach (var span in new[] { "publish", "attempt" })
        {
            spans.Where(activity => activity.DisplayName.StartsWith(span, StringComparison.Ordinal))
                .SelectMany(activity => activity.TagObjects).Select(tag => tag.Key).Distinct(StringComparer.Ordinal)
                .Should().BeEquivalentTo(TelemetryDocument.AttributesOf(span));
        }
    }

    [Fact]
    public void Every_value_of_an_error_is_documented()
    {
        var ofAttempts =
            from error in Enum.GetValues<AttemptError>()
            from statusCode in new int?[] { null, 99, 101, 299, 301, 399, 404, 499, 503, 599, 600, 999 }
            select TelemetryNames.ErrorType(error, statusCode);

        ofAttempts.Where(error => error is not null).Distinct(StringComparer.Ordinal)
            .Should().BeEquivalentTo(TelemetryDocument.ValuesOf("`error.type` of an attempt"));
        new Exception[]
        {
            new WebhookValidationException("field", "rule", "value", "is wrong."), new WebhookStoreException("away"),
            new OperationCanceledException(), new TaskCanceledException(), new NotSupportedException(), new InvalidOperationException(),
        }.Select(TelemetryNames.ErrorType).Distinct(StringComparer.Ordinal)
            .Should().BeEquivalentTo(TelemetryDocument.ValuesOf("`error.type` of a publish"));
        Enum.GetValues<DeliveryStatus>().Where(status => status != DeliveryStatus.Pending).Select(TelemetryNames.Of)
            .Should().BeEquivalentTo(TelemetryDocument.ValuesOf("`webhooks.delivery.status`"));
    }

    /// <summary>A success, a retry, a failure, a duplicate, an invalid event, a batch, and a lease that is lost.</summary>
    private static async Task LetEverythingHappenAsync(TestHost host)
    {
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.OK : HttpStatusCode.InternalServerError));
        var endpoint = await host.AddEndpointAsync();
        await host.PublishAsync(new PublishOptions { EventId = "once" });
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await host.PublishAsync(new PublishOptions { EventId = "once" });
        await host.Publisher.Invoking(publisher => publisher.PublishAsync("no.such.type", 1)).Should().ThrowAsync<WebhookValidationException>();
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(2);
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.LastStatusCode == 500));
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Failed));

        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.PublishAsync();
        await host.Receiver.WhenAsync(receiver => receiver.Open == 1);
        await host.Endpoints.DeleteAsync(endpoint);
        gate.Open();
        await host.Logs.LoggedAsync(404);
        await host.StopAsync();
    }

    private static string TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "updowncounter",
        MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        var type => type.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<(Metric Metric, string[] Tags)> SeeTags(Metric metric)
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            foreach (var tag in point.Tags)
            {
                tags.Add(tag.Key);
            }
        }

        yield return (metric, [.. tags]);
    }
}
