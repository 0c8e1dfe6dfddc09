using System.Buffers;

namespace Webhooks.Signing;

/// <summary>Signatures as text.</summary>
internal static class SignatureText
{
    public static int Encode(SignatureEncoding encoding, ReadOnlySpan<byte> signature, Span<char> text)
    {
        int length;
        _ = encoding == SignatureEncoding.Base64
            ? Convert.TryToBase64Chars(signature, text, out length)
            : Convert.TryToHexStringLower(signature, text, out length);
        return length;
    }

    /// <summary>The most characters of a signature.</summary>
    public static int GetMaxLength(SignatureEncoding encoding) => encoding == SignatureEncoding.Base64
        ? (SignatureKey.MaxSignatureBytes + 2) / 3 * 4
        : SignatureKey.MaxSignatureBytes * 2;

    /// <summary>Reads a signature from the one text that is written for it: of the same bytes there are other forms in base64.</summary>
    public static bool TryDecode(SignatureEncoding encoding, ReadOnlySpan<char> text, Span<byte> signature, out int length)
    {
        length = 0;
        if (text.Length > GetMaxLength(encoding))
        {
            return false;
        }

        var isDecoded = encoding == SignatureEncoding.Base64
            ? Convert.TryFromBase64Chars(text, signature, out length)
            : Convert.FromHexString(text, signature, out _, out length) == OperationStatus.Done;
        if (!isDecoded)
        {
            return false;
        }

        Span<char> canonical = stackalloc char[SignatureKey.MaxSignatureBytes * 2];
        return canonical[..Encode(encoding, signature[..length], canonical)].SequenceEqual(text);
    }
}
