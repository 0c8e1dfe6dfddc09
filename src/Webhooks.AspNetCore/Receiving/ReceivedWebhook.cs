using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>
/// A webhook whose signature was verified: the parameter of a handler behind <c>RequireWebhookSignature</c>, and in
/// <see cref="HttpContext.Features"/> for others. For events in the envelope of Standard Webhooks, <see cref="ReceivedWebhook{T}"/>
/// reads them too.
/// </summary>
public sealed class ReceivedWebhook : IBindableFromHttpContext<ReceivedWebhook>
{
    internal ReceivedWebhook(string sender, string? id, DateTimeOffset? sentAt, ReadOnlyMemory<byte> body)
    {
        Sender = sender;
        Id = id;
        SentAt = sentAt;
        Body = body;
    }

    /// <summary>The name of the <see cref="WebhookSender"/>; empty where the endpoint has one only.</summary>
    public string Sender { get; }

    /// <summary>The message's id, the same on every attempt; null where there is none.</summary>
    public string? Id { get; }

    /// <summary>When the attempt was signed; null for schemes without a time.</summary>
    public DateTimeOffset? SentAt { get; }

    /// <summary>The body as it was received, byte for byte.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Reads the body as the envelope of Standard Webhooks (specification 1.0, section "Payload structure").</summary>
    /// <typeparam name="T">The type of the event's data.</typeparam>
    /// <param name="dataType">How the data is read.</param>
    /// <exception cref="BadHttpRequestException">The body is something else. Left alone, it is answered with 400.</exception>
    public ReceivedWebhook<T> Read<T>(JsonTypeInfo<T> dataType) => EnvelopeReader.Read(this, dataType);

    static ValueTask<ReceivedWebhook?> IBindableFromHttpContext<ReceivedWebhook>.BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<ReceivedWebhook?>(Get(context));

    internal static ReceivedWebhook Get(HttpContext context) =>
        context.Features.Get<ReceivedWebhook>() ?? throw new InvalidOperationException(
            "A webhook is read only after it was verified: map the endpoint, or its group, with RequireWebhookSignature.");
}
