using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>
/// A webhook whose signature was verified, with its event from the envelope of Standard Webhooks: the parameter of a handler behind
/// <c>RequireWebhookSignature</c>. The data is read with the application's <see cref="JsonOptions"/>; a body of another form is answered
/// with 400, and the handler is not called.
/// </summary>
/// <typeparam name="T">The type of the event's data; <see cref="System.Text.Json.JsonElement"/> where the event's type decides.</typeparam>
public sealed class ReceivedWebhook<T> : IBindableFromHttpContext<ReceivedWebhook<T>>
{
    internal ReceivedWebhook(ReceivedWebhook received, string type, DateTimeOffset timestamp, T data)
    {
        Received = received;
        Type = type;
        Timestamp = timestamp;
        Data = data;
    }

    /// <summary>The message's id, the same on every attempt; null where there is none.</summary>
    public string? Id => Received.Id;

    /// <summary>The event's type, such as <c>order.paid</c>. The data was read as <typeparamref name="T"/> whatever it is.</summary>
    public string Type { get; }

    /// <summary>When the event happened.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The event's data.</summary>
    public T Data { get; }

    /// <summary>The request: its sender, its time and its body.</summary>
    public ReceivedWebhook Received { get; }

    static ValueTask<ReceivedWebhook<T>?> IBindableFromHttpContext<ReceivedWebhook<T>>.BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var received = ReceivedWebhook.Get(context);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return ValueTask.FromResult<ReceivedWebhook<T>?>(received.Read((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))));
    }
}
