using System.Net.Http.Headers;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Webhooks.Signing;

namespace Webhooks.Benchmarks;

/// <summary>What a signature costs beside the hash of the same bytes, which no signer can do without.</summary>
[MemoryDiagnoser]
public class SigningBenchmarks
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly WebhookSecret[] _secrets = [WebhookSecret.Generate()];
    private readonly HttpRequestHeaders _sent = new HttpRequestMessage().Headers;
    private readonly string _id = new WebhookIdGenerator().Create(WebhookIdGenerator.MessagePrefix, Now);
    private readonly byte[] _hash = new byte[HMACSHA256.HashSizeInBytes];

    private readonly SchemeSigner _signer = new(SigningSchemeNames.StandardWebhooks, SigningScheme.StandardWebhooks);

    private WebhookVerifier _verifier = null!;
    private Dictionary<string, string?[]> _received = [];
    private byte[] _payload = [];
    private byte[] _content = [];

    [Params(512, 64 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = new byte[Bytes];

        // The id, the time and two dots are signed too.
        _content = new byte[Bytes + _id.Length + 12];
        _verifier = new WebhookVerifier(_secrets[0]);
        Sign();
        _received = _sent.ToDictionary(
            static header => header.Key, static header => header.Value.ToArray<string?>(), StringComparer.OrdinalIgnoreCase);
    }

    [Benchmark(Baseline = true)]
    public int BareHash() => HMACSHA256.HashData(_secrets[0].Key, _content, _hash);

    [Benchmark]
    public void Sign()
    {
        _sent.Clear();
        _signer.Sign(new SigningContext(_id, Now, _payload, _secrets), _sent);
    }

    [Benchmark]
    public WebhookVerification Verify() => _verifier.Verify(name => _received[name], _payload);
}
