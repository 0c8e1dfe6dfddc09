using Webhooks.Catalog;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.Operations;

/// <summary>The endpoints of the host's handlers, made where they are not there yet.</summary>
internal sealed class HandlerEndpoints(IEnumerable<OperationalHandler> handlers, EndpointVault vault, TimeProvider timeProvider)
{
    private readonly OperationalHandler[] _handlers = [.. handlers];

    /// <exception cref="WebhookValidationException">Two handlers have the same name.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_handlers.GroupBy(static handler => handler.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new WebhookValidationException(
                "name", "unique", twice.Key, "is the name of two handlers of operational events. Give one of them another.");
        }

        foreach (var handler in _handlers)
        {
            var now = timeProvider.GetNow();
            var endpoint = new WebhookEndpoint
            {
                Id = handler.EndpointKey.EndpointId,
                TenantId = handler.EndpointKey.TenantId,
                Settings = new EndpointSettings { Url = handler.Url, EventTypes = [EventTypePattern.All] },
                Version = now.ToUnixTimeMilliseconds(),
                CreatedAt = now,
                UpdatedAt = now,
            };

            // Where it is there, it stays as it is: somebody may have disabled it.
            await vault.InsertAsync(new EndpointWithSecrets(endpoint, [new EndpointSecret(WebhookSecret.Generate(), now)]), announcement: null, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
