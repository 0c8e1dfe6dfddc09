using Microsoft.Extensions.DependencyInjection;
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
}
