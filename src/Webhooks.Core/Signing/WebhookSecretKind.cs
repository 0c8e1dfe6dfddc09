namespace Webhooks.Signing;

/// <summary>What a secret's text is.</summary>
public enum WebhookSecretKind
{
    /// <summary><c>whsec_</c> and base64 of 24 to 64 bytes: a key that both sides have. Every HMAC scheme can sign with it.</summary>
    Symmetric = 0,

    /// <summary><c>whsk_</c> and base64 of 32 or 64 bytes: an Ed25519 private key.</summary>
    Asymmetric = 1,

    /// <summary>Any other text, as other systems hand out: for schemes whose key is the text.</summary>
    Text = 2,
}
