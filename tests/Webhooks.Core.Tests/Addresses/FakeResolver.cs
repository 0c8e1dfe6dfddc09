using System.Collections.Concurrent;
using System.Net;
using Webhooks.Addresses;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>Answers as the test says, and remembers what it was asked.</summary>
internal sealed class FakeResolver(Func<string, IReadOnlyList<IPAddress>> answer) : IHostResolver
{
    private readonly ConcurrentQueue<string> _asked = [];

    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>A resolver whose answer changes: the first time the first, and so on; the last one stays.</summary>
    public static FakeResolver InTurn(params string[][] answers)
    {
        var turn = -1;
        return new FakeResolver(_ =>
            [.. answers[Math.Min(Interlocked.Increment(ref turn), answers.Length - 1)].Select(IPAddress.Parse)]);
    }

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _asked.Enqueue(host);
        return ValueTask.FromResult(answer(host));
    }
}
