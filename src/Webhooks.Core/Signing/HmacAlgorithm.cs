namespace Webhooks.Signing;

/// <summary>HMAC (RFC 2104).</summary>
internal sealed class HmacAlgorithm(SignatureHash hash, SignatureKeyForm form) : ISignatureAlgorithm
{
    public WebhookSecret GenerateSecret() => WebhookSecret.Generate();

    public SignatureKey? GetKey(WebhookSecret secret) => secret.GetHmacKey(hash, form);
}
