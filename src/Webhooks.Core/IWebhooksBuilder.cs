using Microsoft.Extensions.DependencyInjection;

namespace Webhooks;

/// <summary>
/// What <c>AddWebhooks</c> hands to the host: every part of the library is configured by an extension method on it.
/// </summary>
public interface IWebhooksBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
