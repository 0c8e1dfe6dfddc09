using System.ComponentModel;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>The body that enables an endpoint.</summary>
internal sealed record EnableEndpointInput
{
    [Description("What becomes of the deliveries that are pending since it was disabled: they go out, or end as canceled. Default: keep.")]
    [JsonConverter(typeof(WordConverter<PendingDeliveries>))]
    public PendingDeliveries? Pending { get; init; }
}
