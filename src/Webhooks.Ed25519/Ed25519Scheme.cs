using Webhooks.Signing;

namespace Webhooks.Ed25519;

/// <summary>How requests are signed with Ed25519.</summary>
public static class Ed25519Scheme
{
    /// <summary>
    /// Standard Webhooks, asymmetric (specification 1.0, section "Signature scheme"), called <c>v1a</c>. It shares its headers with
    /// <c>v1</c>, so that both can sign one request. For receivers:
    /// <c>new WebhookVerifier(Ed25519Scheme.StandardWebhooks, [Ed25519PublicKey.Parse("whpk_…")])</c>.
    /// </summary>
    public static SigningScheme StandardWebhooks => SigningScheme.StandardWebhooks with { SignaturePrefix = "v1a," };
}
