using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Publishing;

/// <summary>What a <see cref="WebhookEvent"/> says, which most calls that publish one event need no object for.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EventContent(
    string? EventType, object? Data, Type DataType, JsonTypeInfo? JsonTypeInfo, PublishOptions Options)
{
    private static readonly PublishOptions DefaultOptions = new();

    public static EventContent Of<T>(string? eventType, T data, JsonTypeInfo? jsonTypeInfo, PublishOptions? options) =>
        new(eventType, data, typeof(T), jsonTypeInfo, options ?? DefaultOptions);
}
