using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Storage;

namespace Webhooks.Transformations;

/// <summary>Calls the transformation that an endpoint has chosen, and applies its projection to what comes of that.</summary>
internal sealed class Transformer(
    WebhookTransformations transformations,
    ReservedHeaders reservedHeaders,
    IServiceScopeFactory scopes,
    IOptions<WebhooksOptions> options)
{
    private readonly WebhooksOptions _options = options.Value;

    /// <summary>Makes what an endpoint gets.</summary>
    /// <param name="endpoint">An endpoint with a transformation or a projection.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="payload">The payload in the endpoint's version.</param>
    /// <param name="deadline">Ends with the attempt.</param>
    /// <exception cref="TransformationException">It cannot be made.</exception>
    public async ValueTask<EndpointContent> TransformAsync(
        CachedEndpoint endpoint, LeasedDelivery delivery, ReadOnlyMemory<byte> payload, CancellationToken deadline)
    {
        var result = endpoint.Settings.Transformation is { } name
            ? await CallAsync(name, endpoint, delivery, payload, deadline).ConfigureAwait(false)
            : TransformationResult.Unchanged;
        if (result.CancelReason is { } reason)
        {
            return EndpointContent.Canceled(reason);
        }

        var headers = Check(result.Headers);
        var changed = Project(endpoint, result.Payload ?? payload);
        return changed.Equals(delivery.Message.Payload!.Value) && headers.Count == 0
            ? default
            : EndpointContent.Of(new SentContent(Check(changed), headers));
    }

    private async Task<TransformationResult> CallAsync(
        string name, CachedEndpoint endpoint, LeasedDelivery delivery, ReadOnlyMemory<byte> payload, CancellationToken deadline)
    {
        var transformation = transformations.Find(name)
            ?? throw new TransformationException($"This process has no transformation '{name}'. Register it, or let the endpoint choose another.");
        if (!transformation.Calls.TryBegin(_options.Dispatcher.MaxConcurrency))
        {
            throw new TransformationException(
                $"{_options.Dispatcher.MaxConcurrency} calls of transformation '{name}' have not ended. Let it heed its cancellation token.");
        }

        var context = new TransformationContext
        {
            Payload = payload,
            Message = delivery.Message,
            Endpoint = endpoint.Endpoint,
            DeliveryId = delivery.Id,
        };
        try
        {
            // On a thread of its own: one that blocks, or does not heed the token, ends with the attempt all the same.
            return await Task.Run(() => CallAsync(transformation, context, deadline), CancellationToken.None)
                .WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not TransformationException)
        {
            throw new TransformationException(
                deadline.IsCancellationRequested
                    ? $"Transformation '{name}' did not end within {_options.Dispatcher.AttemptTimeout}."
                    : $"Transformation '{name}' threw {exception.GetType().Name}. The host's log says more.",
                exception);
        }
    }

    private async Task<TransformationResult> CallAsync(
        NamedTransformation transformation, TransformationContext context, CancellationToken cancellationToken)
    {
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var result = await transformation.Resolve(scope.ServiceProvider).TransformAsync(context, cancellationToken).ConfigureAwait(false);
                return result?.Copy() ?? throw new TransformationException($"Transformation '{transformation.Name}' returned null.");
            }
        }
        finally
        {
            transformation.Calls.End();
        }
    }

    private static ReadOnlyMemory<byte> Project(CachedEndpoint endpoint, ReadOnlyMemory<byte> payload)
    {
        try
        {
            return endpoint.Projection is { } projection ? projection.Apply(payload) : payload;
        }
        catch (Exception exception)
        {
            throw new TransformationException("The projection of the endpoint could not be applied: the payload is not a JSON object or array.", exception);
        }
    }

    private ReadOnlyMemory<byte> Check(ReadOnlyMemory<byte> payload) =>
        payload.Length > 0 && payload.Length <= _options.MaxPayloadBytes
            ? payload
            : throw new TransformationException(
                $"The transformed payload has {payload.Length} bytes; 1 to {_options.MaxPayloadBytes} are allowed.");

    private IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string> headers)
    {
        if (headers.Count > EndpointValidator.MaxHeaders)
        {
            throw new TransformationException($"The transformation has {headers.Count} headers; at most {EndpointValidator.MaxHeaders} are allowed.");
        }

        foreach (var (name, value) in headers)
        {
            if (!HeaderFields.IsName(name) || !HeaderFields.IsValue(value) || reservedHeaders.Contains(name))
            {
                throw new TransformationException(
                    "The transformation has a header that an endpoint cannot have: its name or value is none, or the library or HTTP itself sets it.");
            }
        }

        return headers;
    }
}
