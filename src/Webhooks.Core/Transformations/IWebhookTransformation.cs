namespace Webhooks.Transformations;

/// <summary>
/// Changes what an endpoint gets, before it is signed. Registered under a name with
/// <see cref="Microsoft.Extensions.DependencyInjection.WebhooksBuilderTransformationExtensions"/>, and chosen by endpoints with
/// <see cref="Endpoints.EndpointSettings.Transformation"/>.
/// </summary>
public interface IWebhookTransformation
{
    /// <summary>
    /// Makes of a message's payload what an endpoint gets. It is called by the first attempt of a delivery; what that has sent is what later
    /// ones send. Where an attempt left nothing behind, because its process died or this method failed, it is called again. An exception, or
    /// an end that comes after the attempt's deadline, fails the attempt, which is retried by its schedule.
    /// </summary>
    /// <param name="context">The payload, and whose it is.</param>
    /// <param name="cancellationToken">Ends with the deadline of the attempt, <see cref="Dispatching.DispatcherOptions.AttemptTimeout"/>.</param>
    ValueTask<TransformationResult> TransformAsync(TransformationContext context, CancellationToken cancellationToken);
}
