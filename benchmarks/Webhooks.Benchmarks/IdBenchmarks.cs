using BenchmarkDotNet.Attributes;

namespace Webhooks.Benchmarks;

/// <summary>The ids of messages, deliveries and attempts, beside the framework's own of the same kind.</summary>
[MemoryDiagnoser]
public class IdBenchmarks
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly WebhookIdGenerator _ids = new();
    private readonly string _id = new WebhookIdGenerator().Create(WebhookIdGenerator.MessagePrefix, Now);

    [Benchmark(Baseline = true)]
    public string BareGuid() => Guid.CreateVersion7(Now).ToString();

    [Benchmark]
    public Guid CreateKey() => _ids.CreateKey(Now);

    [Benchmark]
    public string Create() => _ids.Create(WebhookIdGenerator.MessagePrefix, Now);

    [Benchmark]
    public bool TryDecode() => WebhookIdGenerator.TryDecode(WebhookIdGenerator.MessagePrefix, _id, out _);
}
