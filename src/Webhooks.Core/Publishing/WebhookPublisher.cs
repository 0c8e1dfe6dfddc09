using System.Data.Common;
using System.Globalization;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Publishing;

/// <summary>Publishes through the catalog, the envelope and the store.</summary>
internal sealed class WebhookPublisher(
    MessageFactory messages, MessageAppender appender, IMessageStore store, WebhooksMetrics metrics, TimeProvider timeProvider)
    : IWebhookPublisher
{
    private const int MaxEvents = 1_000;

    /// <summary>Whether anybody listens to what is measured.</summary>
    private bool IsMeasured => WebhooksTracing.IsWanted || metrics.IsPublishWanted;

    /// <summary>Publishes one event, as most calls do: without lists of one, and with one task.</summary>
    public Task<PublishResult> PublishOneAsync(WebhookEvent webhookEvent, CancellationToken cancellationToken)
    {
        if (IsMeasured)
        {
            return PublishOneMeasuredAsync(webhookEvent, cancellationToken);
        }

        try
        {
            return appender.AppendAsync(messages.Create(webhookEvent, fieldPrefix: ""), cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<PublishResult>(exception);
        }
    }

    public Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken = default)
    {
        if (IsMeasured)
        {
            return PublishMeasuredAsync(events, transaction: null, cancellationToken);
        }

        if (events.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<PublishResult>>([]);
        }

        try
        {
            return appender.AppendAsync(CreateMessages(events), cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<IReadOnlyList<PublishResult>>(exception);
        }
    }

    public Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, DbTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return PublishMeasuredAsync(events, transaction, cancellationToken);
    }

    private async Task<PublishResult> PublishOneMeasuredAsync(WebhookEvent webhookEvent, CancellationToken cancellationToken)
    {
        var results = await PublishMeasuredAsync([webhookEvent], transaction: null, cancellationToken).ConfigureAwait(false);
        return results[0];
    }

    private async Task<IReadOnlyList<PublishResult>> PublishMeasuredAsync(
        IReadOnlyList<WebhookEvent> events, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return [];
        }

        var started = timeProvider.GetTimestamp();
        var activity = WebhooksTracing.StartPublish(events, timeProvider);
        try
        {
            var batch = CreateMessages(events);
            var results = transaction is null
                ? await appender.AppendAsync(batch, cancellationToken).ConfigureAwait(false)
                : await AppendAsync(batch, transaction, cancellationToken).ConfigureAwait(false);
            metrics.Published(results, timeProvider.GetElapsedTime(started));
            activity.SetPublished(batch, results);
            return results;
        }
        catch (Exception exception)
        {
            var error = TelemetryNames.ErrorType(exception);
            metrics.PublishFailed(events.Count, error, timeProvider.GetElapsedTime(started));
            activity.SetError(error);
            throw;
        }
        finally
        {
            activity.End(timeProvider);
        }
    }

    private async Task<IReadOnlyList<PublishResult>> AppendAsync(
        WebhookMessage[] batch, DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (store is not ITransactionalMessageStore transactionalStore)
        {
            throw new NotSupportedException(
                $"{store.GetType().Name} cannot store events in a transaction of the host's. "
                + "Use a store in the host's database, such as UsePostgreSql, or publish without a transaction.");
        }

        var results = await transactionalStore.AppendAsync(batch, transaction, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(ToPublishResult)];
    }

    private WebhookMessage[] CreateMessages(IReadOnlyList<WebhookEvent> events)
    {
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

        return batch;
    }

    private static PublishResult ToPublishResult(AppendResult result) =>
        new(result.MessageId, result.DeliveryCount, result.IsDuplicate);
}
