using System.Net;

namespace Webhooks.Http;

/// <summary>
/// The body of a request that is made at most once. Whoever writes it for a second time, such as a handler that tries again, fails; and
/// what was not written yet cannot have arrived.
/// </summary>
internal sealed class SingleUseContent(ReadOnlyMemory<byte> payload) : HttpContent
{
    private int _isUsed;

    /// <summary>Whether it was begun to be written.</summary>
    public bool IsUsed => Volatile.Read(ref _isUsed) != 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _isUsed, 1) == 0
            ? stream.WriteAsync(payload, cancellationToken).AsTask()
            : throw new NotSupportedException("The event is sent at most once, and a handler tried to send it a second time.");

    protected override bool TryComputeLength(out long length)
    {
        length = payload.Length;
        return true;
    }
}
