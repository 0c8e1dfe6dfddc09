namespace Webhooks.Transformations;

/// <summary>A function as a transformation.</summary>
internal sealed class DelegateTransformation(
    Func<TransformationContext, CancellationToken, ValueTask<TransformationResult>> transform) : IWebhookTransformation
{
    public ValueTask<TransformationResult> TransformAsync(TransformationContext context, CancellationToken cancellationToken) =>
        transform(context, cancellationToken);
}
