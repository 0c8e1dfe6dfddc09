using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Erasure;

/// <summary>Erases in the store, and lets the dispatcher forget what it has in memory.</summary>
internal sealed class WebhookEraser(
    IErasureStore store, IWebhookDispatcher dispatcher, TimeProvider timeProvider, ILogger<WebhookEraser> logger) : IWebhookEraser
{
    private const int BatchSize = 500;

    /// <summary>What was written in the very moment in which its batch was erased is found when all is counted.</summary>
    private const int MaxRounds = 3;

    public async Task<PayloadErasure> ErasePayloadAsync(string messageId, string tenantId, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "messageId", messageId);
        var erased = await store.ErasePayloadAsync(tenantId, messageId, timeProvider.GetNow(), cancellationToken).ConfigureAwait(false)
            ?? throw new WebhookNotFoundException("message", messageId, tenantId);
        dispatcher.Erased(tenantId, messageId);
        await store.FinishErasureAsync(cancellationToken).ConfigureAwait(false);
        logger.PayloadErased(messageId, tenantId);
        return erased;
    }

    public async Task<TenantErasure> EraseTenantAsync(string tenantId, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.CheckName("tenantId", tenantId);
        errors.ThrowIfAny();
        var total = new TenantRows();
        var remaining = new TenantRows();
        for (var round = 1; round == 1 || (remaining.Total > 0 && round <= MaxRounds); round++)
        {
            total += await EraseAllAsync(tenantId, cancellationToken).ConfigureAwait(false);
            remaining = await store.CountTenantAsync(tenantId, cancellationToken).ConfigureAwait(false);
        }

        dispatcher.Erased(tenantId, messageId: null);
        await store.FinishErasureAsync(cancellationToken).ConfigureAwait(false);
        logger.TenantErased(total.Total, remaining.Total);
        return new TenantErasure(tenantId, total, remaining);
    }

    private async Task<TenantRows> EraseAllAsync(string tenantId, CancellationToken cancellationToken)
    {
        var total = new TenantRows();
        TenantRows erased;
        do
        {
            erased = await store.EraseTenantAsync(tenantId, BatchSize, cancellationToken).ConfigureAwait(false);
            total += erased;
            if (erased.Endpoints > 0)
            {
                // From here on nothing more of the tenant is sent.
                dispatcher.Erased(tenantId, messageId: null);
            }
        }
        while (erased.Total > 0);

        return total;
    }
}
