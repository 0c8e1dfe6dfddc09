using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Attempts;
using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.Messages;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Secrets;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>How bodies are read and written, without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(EndpointInput))]
[JsonSerializable(typeof(CreateEndpointInput))]
[JsonSerializable(typeof(EnableEndpointInput))]
[JsonSerializable(typeof(DisableEndpointInput))]
[JsonSerializable(typeof(EndpointResource))]
[JsonSerializable(typeof(CreatedEndpointResource))]
[JsonSerializable(typeof(PageResource<EndpointResource>))]
[JsonSerializable(typeof(RotateSecretInput))]
[JsonSerializable(typeof(RotatedSecretResource))]
[JsonSerializable(typeof(SecretsResource))]
[JsonSerializable(typeof(MessageResource))]
[JsonSerializable(typeof(PageResource<MessageResource>))]
[JsonSerializable(typeof(DeliveryResource))]
[JsonSerializable(typeof(PageResource<DeliveryResource>))]
[JsonSerializable(typeof(AttemptResource))]
[JsonSerializable(typeof(PageResource<AttemptResource>))]
internal sealed partial class ManagementJsonContext : JsonSerializerContext;
