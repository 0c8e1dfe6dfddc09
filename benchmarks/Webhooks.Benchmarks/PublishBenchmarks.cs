using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Benchmarks;

/// <summary>
/// What a publish costs beside the serialisation of its data: the message with its envelope alone, and all of it with the
/// in-memory store, where it goes to one endpoint and others are published at the same time. Nothing is sent.
/// </summary>
[MemoryDiagnoser]
[InvocationCount(256)]
public class PublishBenchmarks
{
    private const int Concurrent = 64;

    private static readonly PublishOptions Options = new() { TenantId = "acme" };
    private static readonly WebhookEvent Event = WebhookEvent.Create(OrderPaid.Example, Options);

    private ServiceProvider _services = null!;
    private MessageFactory _messages = null!;
    private IWebhookPublisher _publisher = null!;

    /// <summary>A store that nobody prunes is not kept for longer than an iteration.</summary>
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

    [Benchmark(Baseline = true, OperationsPerInvoke = Concurrent)]
    public void BareSerialization()
    {
        for (var i = 0; i < Concurrent; i++)
        {
            JsonSerializer.SerializeToUtf8Bytes(OrderPaid.Example, OrderJson.Default.OrderPaid);
        }
    }

    [Benchmark(OperationsPerInvoke = Concurrent)]
    public void CreateMessage()
    {
        for (var i = 0; i < Concurrent; i++)
        {
            _messages.Create(Event.Content, "");
        }
    }

    [Benchmark(OperationsPerInvoke = Concurrent)]
    public Task Publish() =>
        Task.WhenAll(Enumerable.Range(0, Concurrent).Select(_ => _publisher.PublishAsync(OrderPaid.Example, Options)));
}
