using BenchmarkDotNet.Attributes;
using Webhooks.Signing;

namespace Webhooks.Benchmarks;

/// <summary>Reading a secret, as a store does for each endpoint that it loads, beside the decoding of its base64.</summary>
[MemoryDiagnoser]
public class SecretBenchmarks
{
    private readonly string _text = WebhookSecret.Generate().Reveal();

    [Benchmark(Baseline = true)]
    public byte[] BareBase64() => Convert.FromBase64String(_text[WebhookSecret.Prefix.Length..]);

    [Benchmark]
    public WebhookSecret Parse() => WebhookSecret.Parse(_text);
}
