using System.Text.Json.Serialization;

namespace Webhooks.Ed25519;

/// <summary>A public key as RFC 7517, section 4, and RFC 8037, section 2, write it.</summary>
internal sealed record Jwk(
    [property: JsonPropertyName("kty")] string KeyType,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("x")] string PublicKey,
    [property: JsonPropertyName("kid")] string KeyId,
    [property: JsonPropertyName("use")] string Use,
    [property: JsonPropertyName("alg")] string Algorithm)
{
    public const string OctetKeyPair = "OKP";
    public const string Ed25519 = "Ed25519";
    public const string Signature = "sig";
    public const string EdDsa = "EdDSA";
}
