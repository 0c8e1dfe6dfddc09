using System.Data.Common;
using System.Globalization;
using Webhooks.Publishing;

namespace Webhooks.Testing;

/// <summary>
/// A publisher that sends nothing and records what it is given, for unit tests of the code that publishes. It knows no
/// catalog and checks no rule; it is as idempotent as the real one.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class CapturingPublisher : IWebhookPublisher
{
    private readonly Lock _lock = new();
    private readonly List<WebhookEvent> _events = [];
    private readonly Dictionary<(string TenantId, string EventId), string> _messageIdsByEventId = [];
    private readonly HashSet<(string TenantId, string MessageId)> _messageIds = [];

    /// <summary>The events that were published, in order, without those whose event id or message id was there before.</summary>
    public IReadOnlyList<WebhookEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The data of the events that were published with data of a type, in order.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    public IReadOnlyList<T> Published<T>() => [.. Events.Select(webhookEvent => webhookEvent.Data).OfType<T>()];

    /// <summary>Records events.</summary>
    /// <param name="events">The events, in order.</param>
    /// <param name="cancellationToken">When it is canceled already, nothing is recorded.</param>
    /// <returns>A result for each event: its message id (<c>msg_1</c>, <c>msg_2</c> and so on, unless the event has one) and one delivery.</returns>
    public Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IReadOnlyList<PublishResult>>(cancellationToken);
        }

        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<PublishResult>>([.. events.Select(Record)]);
        }
    }

    /// <summary>Records events at once, whatever becomes of the transaction.</summary>
    /// <param name="events">The events, in order.</param>
    /// <param name="transaction">Not used.</param>
    /// <param name="cancellationToken">When it is canceled already, nothing is recorded.</param>
    /// <returns>As for the call without a transaction.</returns>
    public Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, DbTransaction transaction, CancellationToken cancellationToken = default) =>
        PublishAsync(events, cancellationToken);

    private PublishResult Record(WebhookEvent webhookEvent)
    {
        var options = webhookEvent.Options;
        if (options.EventId is not null && _messageIdsByEventId.TryGetValue((options.TenantId, options.EventId), out var first))
        {
            return new PublishResult(first, DeliveryCount: 1, IsDuplicate: true);
        }

        if (options.MessageId is not null && !_messageIds.Add((options.TenantId, options.MessageId)))
        {
            return new PublishResult(options.MessageId, DeliveryCount: 1, IsDuplicate: true);
        }

        var messageId = options.MessageId
            ?? string.Create(CultureInfo.InvariantCulture, $"{WebhookIdGenerator.MessagePrefix}{_events.Count + 1}");
        if (options.EventId is not null)
        {
            _messageIdsByEventId.Add((options.TenantId, options.EventId), messageId);
        }

        _events.Add(webhookEvent);
        return new PublishResult(messageId, DeliveryCount: 1, IsDuplicate: false);
    }
}
