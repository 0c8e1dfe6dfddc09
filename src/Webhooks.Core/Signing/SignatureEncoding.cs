namespace Webhooks.Signing;

/// <summary>How the bytes of a signature are written in a header.</summary>
public enum SignatureEncoding
{
    /// <summary>Lower case hexadecimal digits (RFC 4648, section 8, in lower case).</summary>
    Hex = 0,

    /// <summary>Base64 with padding (RFC 4648, section 4).</summary>
    Base64 = 1,
}
