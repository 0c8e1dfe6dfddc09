using System.Text;

namespace Webhooks.Samples.Tests.Hosting;

/// <summary>A request that a receiver got.</summary>
internal sealed record ReceivedRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header as verifiers ask for it.</summary>
    public IReadOnlyList<string?> Header(string name) => Headers.TryGetValue(name, out var value) ? [value] : [];
}
