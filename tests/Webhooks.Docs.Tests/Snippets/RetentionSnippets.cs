using Microsoft.Extensions.DependencyInjection;
using Webhooks.Erasure;
using Webhooks.Publishing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/retention.md.</summary>
internal static class RetentionSnippets
{
    public static async Task KeepPayloadsAsync(IWebhooksBuilder webhooks, IWebhookPublisher publisher, CancellationToken ct)
    {
        webhooks.Configure(options => options.Retention.Payloads = TimeSpan.FromDays(7));

        await publisher.PublishAsync(new OrderPaid("o-1", 42), new PublishOptions { PayloadRetention = TimeSpan.Zero }, ct);
    }

    public static async Task EraseAsync(IWebhookEraser eraser, string messageId)
    {
        await eraser.ErasePayloadAsync(messageId, "acme"); // one payload, with the answers that may repeat it

        var erasure = await eraser.EraseTenantAsync("acme"); // everything of a tenant
        if (!erasure.IsComplete)
            throw new InvalidOperationException($"{erasure.Remaining.Total} rows were added meanwhile.");
    }
}
