using System.Text.Json.Serialization;

namespace Webhooks.Ed25519;

/// <summary>The keys of RFC 7517, section 5.</summary>
internal sealed record JwkSet([property: JsonPropertyName("keys")] IReadOnlyList<Jwk> Keys);
