using System.Security.Cryptography;
using System.Text;

namespace Webhooks.LoadTest.Receiving;

/// <summary>
/// Verifies a request by the Standard Webhooks specification, from its text and not with the library under test, so that a
/// signer that agrees only with itself is found.
/// </summary>
internal static class SignatureCheck
{
    private const int MaxHeadLength = 256;

    public static bool IsValid(ReadOnlySpan<byte> key, in ReceivedRequest request)
    {
        var headLength = request.Id.Length + request.Timestamp.Length + 2;
        if (headLength > MaxHeadLength || !request.Signature.StartsWith("v1,"u8))
        {
            return false;
        }

        Span<byte> stack = stackalloc byte[2048];
        var length = headLength + request.Body.Length;
        var content = length <= stack.Length ? stack[..length] : new byte[length];
        request.Id.CopyTo(content);
        content[request.Id.Length] = (byte)'.';
        request.Timestamp.CopyTo(content[(request.Id.Length + 1)..]);
        content[headLength - 1] = (byte)'.';
        request.Body.CopyTo(content[headLength..]);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, hash);
        Span<char> expected = stackalloc char[64];
        return Convert.TryToBase64Chars(hash, expected, out var written)
            && Ascii.Equals(request.Signature["v1,"u8.Length..], expected[..written]);
    }
}
