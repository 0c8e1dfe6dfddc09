using System.Text.Json.Serialization;

namespace Webhooks.Ed25519;

/// <summary>How keys are written as JSON.</summary>
[JsonSerializable(typeof(JwkSet))]
internal sealed partial class JwkJsonContext : JsonSerializerContext;
