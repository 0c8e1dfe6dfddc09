using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;
using Webhooks.TestKit;

namespace Webhooks.Core.Tests.Catalog.Export;

/// <summary>What is written of a catalog. That other tools can read it is tested in Webhooks.Interop.Tests.</summary>
public sealed class ExportTests
{
    [Fact]
    public void The_catalog_is_written_as_json() => Snapshot.Match(Exporter().ToJson());

    [Fact]
    public void The_catalog_is_written_as_an_openapi_document() => Snapshot.Match(Exporter().ToOpenApi(ExampleCatalog.Document));

    [Fact]
    public void The_catalog_is_written_as_an_asyncapi_document() => Snapshot.Match(Exporter().ToAsyncApi(ExampleCatalog.Document));

    [Fact]
    public void The_catalog_is_written_as_a_page() => Snapshot.Match(Exporter().ToMarkdown(ExampleCatalog.Document));

    [Fact]
    public void The_same_catalog_gives_the_same_text_whatever_the_order_and_the_culture()
    {
        var (before, culture) = (Texts(Exporter()), CultureInfo.CurrentCulture);
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "minus");
            CultureInfo.CurrentCulture = other;

            Texts(Exporter(services =>
            {
                var types = services.Where(service => service.ServiceType == typeof(EventType)).Reverse().ToList();
                types.ForEach(type => services.Remove(type));
                types.ForEach(services.Add);
            })).Should().Equal(before);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void The_documents_say_what_the_host_has_set()
    {
        var document = Exporter(services => services.AddWebhooks(webhooks => webhooks.Configure(options =>
        {
            options.Signing.Default = ["github"];
            options.Retry.Delays = [TimeSpan.FromSeconds(90), TimeSpan.FromDays(1)];
            options.Diagnostics.SendTraceParent = true;
        }))).ToOpenApi();

        document.Should().Contain("\"X-Hub-Signature-256\"").And.Contain("\"traceparent\"").And.NotContain("webhook-id")
            .And.Contain("after 90 s, 1 d").And.Contain("\"PT1M30S\"");
    }

    private static string[] Texts(IEventCatalogExporter exporter) =>
        [exporter.ToJson(), exporter.ToOpenApi(), exporter.ToAsyncApi(), exporter.ToMarkdown()];

    private static IEventCatalogExporter Exporter(Action<IServiceCollection>? change = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddWebhooks(webhooks => webhooks.AddExampleCatalog());
        change?.Invoke(services);
        return services.BuildServiceProvider().GetRequiredService<IEventCatalogExporter>();
    }
}
