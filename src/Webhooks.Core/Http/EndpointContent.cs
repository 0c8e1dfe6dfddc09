using System.Runtime.InteropServices;
using Webhooks.Storage;

namespace Webhooks.Http;

/// <summary>What an endpoint gets of a message.</summary>
/// <param name="Sent">What is sent instead of the message's own payload; null for that.</param>
/// <param name="CanceledBecause">Why nothing is sent, ever; null where something is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EndpointContent(SentContent? Sent, string? CanceledBecause)
{
    public static EndpointContent Of(SentContent sent) => new(sent, null);

    public static EndpointContent Canceled(string reason) => new(null, reason);
}
