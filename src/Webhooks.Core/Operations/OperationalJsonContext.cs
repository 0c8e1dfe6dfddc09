using System.Text.Json.Serialization;

namespace Webhooks.Operations;

/// <summary>JSON without reflection, whatever the host has chosen for events of its own.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(EndpointCreated))]
[JsonSerializable(typeof(EndpointUpdated))]
[JsonSerializable(typeof(EndpointDeleted))]
[JsonSerializable(typeof(EndpointDisabled))]
[JsonSerializable(typeof(EndpointEnabled))]
[JsonSerializable(typeof(DeliveryFailing))]
[JsonSerializable(typeof(DeliveryExhausted))]
[JsonSerializable(typeof(DeliveryRecovered))]
internal sealed partial class OperationalJsonContext : JsonSerializerContext;
