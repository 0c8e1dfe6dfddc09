using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Webhooks.Catalog;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;
using Webhooks.Transformations;

namespace Webhooks.Http;

/// <summary>
/// Makes what an endpoint gets of the payload that is stored: the step between the two. A delivery that has sent something else than the
/// stored payload sends the same at every attempt.
/// </summary>
internal sealed class EndpointPayloads(
    IEventCatalog catalog,
    EnvelopeShapes shapes,
    Transformer transformer,
    IOptions<WebhooksOptions> options,
    IOptions<WebhookJsonOptions> jsonOptions)
{
    private readonly string? _version = options.Value.EventVersion;
    private readonly JsonSerializerOptions _jsonOptions = jsonOptions.Value.SerializerOptions;
    private readonly FrozenDictionary<string, EventForm[]> _forms = catalog.EventTypes
        .Where(static type => type.OlderVersions.Count > 0)
        .ToFrozenDictionary(static type => type.Name, EventForm.Of, StringComparer.Ordinal);

    /// <summary>Makes what a delivery sends.</summary>
    /// <exception cref="EndpointPayloadException">It cannot be made in the endpoint's version.</exception>
    /// <exception cref="TransformationException">It cannot be transformed.</exception>
    public ValueTask<EndpointContent> CreateAsync(CachedEndpoint endpoint, LeasedDelivery delivery, CancellationToken deadline)
    {
        if (delivery.Sent is { } sent)
        {
            return ValueTask.FromResult(EndpointContent.Of(sent));
        }

        var payload = CreateVersion(endpoint, delivery.Message);
        if (endpoint.Settings is not { Transformation: null, Projection: null })
        {
            return transformer.TransformAsync(endpoint, delivery, payload, deadline);
        }

        return payload.Equals(delivery.Message.Payload!.Value)
            ? default
            : ValueTask.FromResult(EndpointContent.Of(new SentContent(payload)));
    }

    private ReadOnlyMemory<byte> CreateVersion(CachedEndpoint endpoint, WebhookMessage message) =>
        (endpoint.Settings.EventVersion ?? _version) is { } version && _forms.TryGetValue(message.EventType, out var forms)
            ? Convert(message, forms, EventForm.Find(forms, version))
            : message.Payload!.Value;

    private ReadOnlyMemory<byte> Convert(WebhookMessage message, EventForm[] forms, int wanted)
    {
        var payload = message.Payload!.Value;
        try
        {
            var shape = shapes.Of(message.EventType);
            var (data, version) = shape.Find(payload.Span);
            if (version is null || EventVersionName.Compare(version, forms[wanted].Version!) <= 0)
            {
                // It was published in this form, or in one before it.
                return payload;
            }

            var stored = Array.FindIndex(forms, form => string.Equals(form.Version, version, StringComparison.Ordinal));
            return stored >= 0
                ? shape.Replace(payload.Span, Convert(payload.Span[data], forms.AsSpan(stored..(wanted + 1))), forms[wanted].Version!, _jsonOptions.Encoder)
                : throw new EndpointPayloadException(
                    $"The message is in version '{version}' of '{message.EventType}', which this host does not know.");
        }
        catch (Exception exception) when (exception is not EndpointPayloadException)
        {
            throw new EndpointPayloadException(
                $"The payload cannot be made in version '{forms[wanted].Version}' of '{message.EventType}'.", exception);
        }
    }

    /// <summary>Converts data from the first of some forms to the last, step by step.</summary>
    private byte[] Convert(ReadOnlySpan<byte> data, ReadOnlySpan<EventForm> steps)
    {
        var value = JsonSerializer.Deserialize(data, steps[0].GetTypeInfo(_jsonOptions))
            ?? throw new EndpointPayloadException("The data is null, which has no older form.");
        foreach (var step in steps[1..])
        {
            value = step.Older!.Convert(value);
        }

        return JsonSerializer.SerializeToUtf8Bytes(value, steps[^1].GetTypeInfo(_jsonOptions));
    }
}
