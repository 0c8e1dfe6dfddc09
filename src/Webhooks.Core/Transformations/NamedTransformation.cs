using Webhooks.Dispatching;

namespace Webhooks.Transformations;

/// <summary>A transformation of the host's, as it was registered.</summary>
/// <param name="name">Its name.</param>
/// <param name="resolve">Takes it from a scope.</param>
internal sealed class NamedTransformation(string name, Func<IServiceProvider, IWebhookTransformation> resolve)
{
    public string Name => name;

    /// <summary>Its calls that have not ended, some of them perhaps long after their deadline.</summary>
    public CallCount Calls { get; } = new();

    public IWebhookTransformation Resolve(IServiceProvider services) => resolve(services);
}
