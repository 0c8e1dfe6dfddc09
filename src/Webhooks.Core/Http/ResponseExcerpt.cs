using System.Buffers;

namespace Webhooks.Http;

/// <summary>Reads the beginning of a response's body and leaves the rest.</summary>
internal static class ResponseExcerpt
{
    /// <summary>Reads at most <paramref name="limit"/> bytes, and one more to see whether there are any.</summary>
    public static ValueTask<(ReadOnlyMemory<byte> Excerpt, bool IsTruncated)> ReadAsync(
        HttpContent content, int limit, CancellationToken cancellationToken) =>
        content.Headers.ContentLength == 0 ? default : ReadBodyAsync(content, limit, cancellationToken);

    private static async ValueTask<(ReadOnlyMemory<byte> Excerpt, bool IsTruncated)> ReadBodyAsync(
        HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        try
        {
            var body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var length = await body
                .ReadAtLeastAsync(buffer.AsMemory(0, limit + 1), limit + 1, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            var kept = Math.Min(length, limit);
            return (kept == 0 ? default : buffer.AsSpan(0, kept).ToArray(), length > limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
