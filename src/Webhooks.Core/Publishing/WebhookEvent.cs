using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Webhooks.Catalog;

namespace Webhooks.Publishing;

/// <summary>An event to publish: its data, its type, and what else the host says about it.</summary>
public sealed class WebhookEvent
{
    internal WebhookEvent(in EventContent content) => Content = content;

    /// <summary>The name of the event type; null for the type that the catalog knows for <see cref="DataType"/>.</summary>
    public string? EventType => Content.EventType;

    /// <summary>The event's data.</summary>
    public object? Data => Content.Data;

    /// <summary>The type that the data was declared with.</summary>
    public Type DataType => Content.DataType;

    /// <summary>How the data is serialised; null for the way that <see cref="WebhookJsonOptions"/> have for its type.</summary>
    public JsonTypeInfo? JsonTypeInfo => Content.JsonTypeInfo;

    /// <summary>Tenant, ids, channels and time.</summary>
    public PublishOptions Options => Content.Options;

    internal EventContent Content { get; }

    /// <summary>An event whose type is the one that the catalog knows for <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="data">The data.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    public static WebhookEvent Create<T>(T data, PublishOptions? options = null)
        where T : notnull => new(EventContent.Of(eventType: null, data, jsonTypeInfo: null, options));

    /// <summary>An event of a type that is given by its name.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data: any value that serialises to JSON.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    public static WebhookEvent Create<T>(string eventType, T data, PublishOptions? options = null) =>
        new(EventContent.Of(eventType, data, jsonTypeInfo: null, options));

    /// <summary>An event of a type that is given by its name, serialised by source-generated metadata.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data.</param>
    /// <param name="jsonTypeInfo">How the data is serialised.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    public static WebhookEvent Create<T>(
        string eventType, T data, JsonTypeInfo<T> jsonTypeInfo, PublishOptions? options = null) =>
        new(EventContent.Of(eventType, data, jsonTypeInfo, options));

    /// <summary>An event with the data of an example.</summary>
    internal static WebhookEvent OfExample(EventType eventType, EventExample example, PublishOptions options) =>
        new(new EventContent(eventType.Name, example.Value, eventType.DataType ?? typeof(JsonElement), eventType.JsonTypeInfo, options));
}
