using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints that receive webhooks.</summary>
public static class WebhookReceiverEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Lets only webhooks of one sender to an endpoint, or to those of a group: what has no valid signature is answered 401, and each
    /// message is handled once. Works with handlers of every shape, which can take a <see cref="ReceivedWebhook"/> or a
    /// <see cref="ReceivedWebhook{T}"/>.
    /// </summary>
    /// <remarks>
    /// The body is read whole before anything else of the endpoint runs, its filters included. A requirement on an endpoint takes the place
    /// of its group's. A message is forgotten when its handler throws or answers anything but 2xx; a duplicate of one that was handled
    /// is answered 200, of one that is being handled 409.
    /// </remarks>
    /// <typeparam name="TBuilder">What the endpoint was mapped with.</typeparam>
    /// <param name="builder">The endpoint, or the group.</param>
    /// <param name="verifier">Verifies the requests.</param>
    /// <param name="configure">Changes the options.</param>
    public static TBuilder RequireWebhookSignature<TBuilder>(
        this TBuilder builder, IWebhookVerifier verifier, Action<WebhookReceiverOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(verifier);
        var sender = new WebhookSender("", verifier);
        return builder.RequireWebhookSignature(_ => ValueTask.FromResult<WebhookSender?>(sender), configure);
    }

    /// <summary>
    /// Lets only webhooks of known senders to an endpoint, or to those of a group: as for one verifier, with the sender, or the tenant,
    /// found for each request, by a route value for one.
    /// </summary>
    /// <typeparam name="TBuilder">What the endpoint was mapped with.</typeparam>
    /// <param name="builder">The endpoint, or the group.</param>
    /// <param name="findSender">Finds who is to have sent a request; null for nobody known, which is answered like a wrong signature.</param>
    /// <param name="configure">Changes the options.</param>
    public static TBuilder RequireWebhookSignature<TBuilder>(
        this TBuilder builder,
        Func<HttpContext, ValueTask<WebhookSender?>> findSender,
        Action<WebhookReceiverOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(findSender);
        var options = new WebhookReceiverOptions();
        configure?.Invoke(options);
        var requirement = new WebhookRequirement(findSender, options);
        builder.Add(requirement.AddTo);
        builder.Finally(requirement.Enforce);
        return builder;
    }
}
