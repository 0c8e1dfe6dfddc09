using System.Globalization;
using Webhooks.Storage;

namespace Webhooks.Publishing;

/// <summary>Publishes through the catalog, the envelope and the store.</summary>
internal sealed class WebhookPublisher(MessageFactory messages, MessageAppender appender) : IWebhookPublisher
{
    private const int MaxEvents = 1_000;

    public async Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken = default)
    {
        if (events.Count == 0)
        {
            return [];
        }

        if (events.Count > MaxEvents)
        {
            throw new WebhookValidationException(
                "events",
                "count",
                events.Count.ToString(CultureInfo.InvariantCulture),
                $"has {events.Count} events; at most {MaxEvents} can be published together.");
        }

        var batch = new WebhookMessage[events.Count];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = messages.Create(events[i], events.Count == 1 ? "" : $"events[{i}].");
        }

        var results = await appender.AppendAsync(batch, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(ToPublishResult)];
    }

    private static PublishResult ToPublishResult(AppendResult result) =>
        new(result.MessageId, result.DeliveryCount, result.IsDuplicate);
}
