using System.Data.Common;
using System.Globalization;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Publishing;

/// <summary>Publishes through the catalog, the envelope and the store.</summary>
internal sealed class WebhookPublisher(
    MessageFactory messages, MessageAppender appender, IMessageStore store, WebhooksMetrics metrics, TimeProvider timeProvider)
    : IWebhookPublisher, IMessagePublisher
{
    private const int MaxEvents = 1_000;

    /// <summary>Whether anybody listens to what is measured.</summary>
    private bool IsMeasured => WebhooksTracing.IsWanted || metrics.IsPublishWanted;

    /// <summary>Publishes one event, as most calls do: without lists of one, and with one task.</summary>
    public Task<PublishResult> PublishOneAsync(in EventContent webhookEvent, CancellationToken cancellationToken)
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

    public WebhookMessage Prepare(WebhookEvent webhookEvent)
    {
        // What no transaction could store is refused here, where it is known which event that is.
        _ = TransactionalStore;
        return messages.Create(webhookEvent.Content, fieldPrefix: "");
    }

    public Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookMessage> prepared, DbTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        CheckCount(prepared.Count);
        return PublishMeasuredAsync(prepared.Count, () => prepared, transaction, cancellationToken);
    }

    private async Task<PublishResult> PublishOneMeasuredAsync(EventContent webhookEvent, CancellationToken cancellationToken)
    {
        var results = await PublishMeasuredAsync([new WebhookEvent(webhookEvent)], transaction: null, cancellationToken).ConfigureAwait(false);
        return results[0];
    }

    private Task<IReadOnlyList<PublishResult>> PublishMeasuredAsync(
        IReadOnlyList<WebhookEvent> events, DbTransaction? transaction, CancellationToken cancellationToken) =>
        PublishMeasuredAsync(events.Count, () => CreateMessages(events), transaction, cancellationToken);

    private async Task<IReadOnlyList<PublishResult>> PublishMeasuredAsync(
        int count, Func<IReadOnlyList<WebhookMessage>> create, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return [];
        }

        var started = timeProvider.GetTimestamp();
        var activity = WebhooksTracing.StartPublish(count, timeProvider);
        try
        {
            var batch = create();
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
            metrics.PublishFailed(count, error, timeProvider.GetElapsedTime(started));
            activity.SetError(error);
            throw;
        }
        finally
        {
            activity.End(timeProvider);
        }
    }

    private ITransactionalMessageStore TransactionalStore => store as ITransactionalMessageStore
        ?? throw new NotSupportedException(
            $"{store.GetType().Name} cannot store events in a transaction of the host's. "
            + "Use a store in the host's database, such as UsePostgreSql, or publish without a transaction.");

    private async Task<IReadOnlyList<PublishResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> batch, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var results = await TransactionalStore.AppendAsync(batch, transaction, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(ToPublishResult)];
    }

    private WebhookMessage[] CreateMessages(IReadOnlyList<WebhookEvent> events)
    {
        CheckCount(events.Count);
        var batch = new WebhookMessage[events.Count];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = messages.Create(events[i].Content, events.Count == 1 ? "" : $"events[{i}].");
        }

        return batch;
    }

    private static void CheckCount(int count)
    {
        if (count > MaxEvents)
        {
            throw new WebhookValidationException(
                "events",
                "count",
                count.ToString(CultureInfo.InvariantCulture),
                $"has {count} events; at most {MaxEvents} can be published together.");
        }
    }

    private static PublishResult ToPublishResult(AppendResult result) =>
        new(result.MessageId, result.DeliveryCount, result.IsDuplicate);
}
