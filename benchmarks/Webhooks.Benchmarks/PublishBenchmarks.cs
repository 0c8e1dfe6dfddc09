using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Benchmarks;

/// <summary>
/// What a publish costs beside the serialisation of its data: the message with its envelope alone, and all of it with the
/// in-memory store, where it goes to one endpoint. Nothing is sent.
/// </summary>
[MemoryDiagnoser]
[InvocationCount(Publishes)]
public class PublishBenchmarks
{
    /// <summary>The memory of a store that nobody prunes is let go after so many.</summary>
    private const int Publishes = 4096;

    private static readonly PublishOptions Options = new() { TenantId = "acme" };
    private static readonly WebhookEvent Event = WebhookEvent.Create(OrderPaid.Example, Options);

    private ServiceProvider _services = null!;
    private MessageFactory _messages = null!;
    private IWebhookPublisher _publisher = null!;

    [IterationSetup]
    public void SetUp()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddWebhooks(static webhooks => webhooks.AddEventType(OrderPaid.EventType, OrderJson.Default.OrderPaid))
            .Services.BuildServiceProvider();
        _messages = _services.GetRequiredService<MessageFactory>();
        _publisher = _services.GetRequiredService<IWebhookPublisher>();
        _services.GetRequiredService<IWebhookEndpoints>().CreateAsync(
            new EndpointSettings { Url = "https://example.com/hooks", EventTypes = [OrderPaid.EventType] },
            new CreateEndpointOptions { TenantId = Options.TenantId }).GetAwaiter().GetResult();
    }

    [IterationCleanup]
    public void CleanUp() => _services.Dispose();

    [Benchmark(Baseline = true)]
    public byte[] BareSerialization() => JsonSerializer.SerializeToUtf8Bytes(OrderPaid.Example, OrderJson.Default.OrderPaid);

    [Benchmark]
    public WebhookMessage CreateMessage() => _messages.Create(Event, "");

    [Benchmark]
    public Task<PublishResult> Publish() => _publisher.PublishAsync(OrderPaid.Example, Options);
}
