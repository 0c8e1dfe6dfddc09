using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>How the data of events is serialised where an event type has no <c>JsonTypeInfo</c> of its own.</summary>
public sealed class WebhookJsonOptions
{
    /// <summary>
    /// The options. Default: those of the web (<see cref="JsonSerializerDefaults.Web"/>: camel case), with reflection where the
    /// host's build allows it; a host that is trimmed or compiled ahead of time sets a source-generated
    /// <see cref="JsonSerializerOptions.TypeInfoResolver"/>.
    /// </summary>
    public JsonSerializerOptions SerializerOptions { get; } = new(JsonSerializerDefaults.Web);
}
