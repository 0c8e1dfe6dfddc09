namespace Webhooks.Signing;

/// <summary>What of a secret is the key of an HMAC.</summary>
public enum SignatureKeyForm
{
    /// <summary>The UTF-8 bytes of the whole text, with its prefix: every secret has one.</summary>
    Text = 0,

    /// <summary>The bytes that the base64 after <c>whsec_</c> stands for: only secrets of that form have them.</summary>
    Decoded = 1,
}
