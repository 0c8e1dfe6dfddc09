namespace Webhooks.Signing;

/// <summary>The names of the schemes that are there without being configured.</summary>
public static class SigningSchemeNames
{
    /// <summary>Standard Webhooks, symmetric: <see cref="SigningScheme.StandardWebhooks"/>.</summary>
    public const string StandardWebhooks = "v1";

    /// <summary>Standard Webhooks, asymmetric (Ed25519): there with the package <c>Webhooks.Ed25519</c>.</summary>
    public const string StandardWebhooksEd25519 = "v1a";

    /// <summary><see cref="SigningScheme.Svix"/>.</summary>
    public const string Svix = "svix";

    /// <summary><see cref="SigningScheme.Stripe"/>.</summary>
    public const string Stripe = "stripe";

    /// <summary><see cref="SigningScheme.GitHub"/>.</summary>
    public const string GitHub = "github";

    /// <summary><see cref="SigningScheme.Slack"/>.</summary>
    public const string Slack = "slack";

    /// <summary><see cref="SigningScheme.Shopify"/>.</summary>
    public const string Shopify = "shopify";
}
