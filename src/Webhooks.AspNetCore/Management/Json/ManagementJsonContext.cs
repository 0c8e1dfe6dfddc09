using System.Text.Json;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Attempts;
using Webhooks.AspNetCore.Management.Credentials;
using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.EventTypes;
using Webhooks.AspNetCore.Management.Health;
using Webhooks.AspNetCore.Management.Messages;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Replays;
using Webhooks.AspNetCore.Management.Secrets;
using Webhooks.AspNetCore.Management.Statistics;
using Webhooks.AspNetCore.Management.TestEvents;

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
[JsonSerializable(typeof(CredentialsInput))]
[JsonSerializable(typeof(CredentialsResource))]
[JsonSerializable(typeof(MessageResource))]
[JsonSerializable(typeof(PageResource<MessageResource>))]
[JsonSerializable(typeof(DeliveryResource))]
[JsonSerializable(typeof(PageResource<DeliveryResource>))]
[JsonSerializable(typeof(AttemptResource))]
[JsonSerializable(typeof(PageResource<AttemptResource>))]
[JsonSerializable(typeof(EventTypeResource))]
[JsonSerializable(typeof(PageResource<EventTypeResource>))]
[JsonSerializable(typeof(TestEventInput))]
[JsonSerializable(typeof(TestEventResource))]
[JsonSerializable(typeof(PublishInput))]
[JsonSerializable(typeof(PublishedResource))]
[JsonSerializable(typeof(ReplayInput))]
[JsonSerializable(typeof(RecoverInput))]
[JsonSerializable(typeof(ReplayResource))]
[JsonSerializable(typeof(PageResource<ReplayResource>))]
[JsonSerializable(typeof(StatisticsResource))]
[JsonSerializable(typeof(HealthResource))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ManagementJsonContext : JsonSerializerContext;
