using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks;
using Webhooks.Transformations;
using Webhooks.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers transformations, which endpoints choose by their names.</summary>
public static class WebhooksBuilderTransformationExtensions
{
    /// <summary>Adds a transformation. Each call of it has a scope of its own.</summary>
    /// <typeparam name="T">The transformation. It is registered as scoped, unless it is registered already.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// Its name, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>: what endpoints choose it by (<see cref="Webhooks.Endpoints.EndpointSettings.Transformation"/>), so
    /// that it should stay.
    /// </param>
    /// <exception cref="WebhookValidationException">The name is not one.</exception>
    public static IWebhooksBuilder AddTransformation<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IWebhooksBuilder builder, string name)
        where T : class, IWebhookTransformation
    {
        builder.Services.TryAddScoped<T>();
        return builder.Add(name, static services => services.GetRequiredService<T>());
    }

    /// <summary>Adds a function as a transformation.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name, as in <see cref="AddTransformation{T}"/>.</param>
    /// <param name="transform">See <see cref="IWebhookTransformation.TransformAsync"/>.</param>
    /// <exception cref="WebhookValidationException">The name is not one.</exception>
    public static IWebhooksBuilder AddTransformation(
        this IWebhooksBuilder builder,
        string name,
        Func<TransformationContext, CancellationToken, ValueTask<TransformationResult>> transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        var transformation = new DelegateTransformation(transform);
        return builder.Add(name, _ => transformation);
    }

    private static IWebhooksBuilder Add(this IWebhooksBuilder builder, string name, Func<IServiceProvider, IWebhookTransformation> resolve)
    {
        var errors = new ValidationErrors();
        errors.CheckId("name", name);
        errors.ThrowIfAny();
        builder.Services.AddSingleton(new NamedTransformation(name, resolve));
        return builder;
    }
}
