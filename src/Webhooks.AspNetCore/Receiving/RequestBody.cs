using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>Reads a body whole, up to a limit. Memory is taken as bytes arrive, not as the sender announces them.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 16 * 1024;

    /// <returns>The body; null for one that is larger.</returns>
    public static async Task<ArraySegment<byte>?> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        using var body = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > maxBytes)
                {
                    return null;
                }

                body.Write(chunk, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return new ArraySegment<byte>(body.GetBuffer(), 0, (int)body.Length);
    }
}
