using Webhooks.Signing;

namespace Webhooks.Ed25519.Tests;

/// <summary>Keys from their bytes in hexadecimal digits.</summary>
internal static class Keys
{
    /// <summary>The key pair of RFC 8032, section 7.1, test 1.</summary>
    public const string Seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    /// <inheritdoc cref="Seed"/>
    public const string Public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    public static WebhookSecret Secret(string hex) => WebhookSecret.Parse("whsk_" + Base64(hex));

    public static Ed25519PublicKey PublicKey(string hex) => Ed25519PublicKey.Parse(PublicText(hex));

    public static string PublicText(string hex) => "whpk_" + Base64(hex);

    public static SignatureKey PrivateKey(string hex) => new Ed25519Algorithm().GetKey(Secret(hex))!;

    public static byte[] Sign(this SignatureKey key, byte[] message)
    {
        var signature = new byte[key.SignatureBytes];
        key.Sign([], message, signature);
        return signature;
    }

    private static string Base64(string hex) => Convert.ToBase64String(Convert.FromHexString(hex));
}
