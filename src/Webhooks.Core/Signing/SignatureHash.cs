namespace Webhooks.Signing;

/// <summary>The hash under an HMAC (FIPS 180-4).</summary>
public enum SignatureHash
{
    /// <summary>SHA-256: signatures of 32 bytes.</summary>
    Sha256 = 0,

    /// <summary>SHA-512: signatures of 64 bytes.</summary>
    Sha512 = 1,
}
