namespace Webhooks.AspNetCore.Receiving;

/// <summary>Remembers messages in memory: for a receiver that runs once, and may handle a message again after a restart.</summary>
public sealed class InMemoryReceivedWebhooks : IReceivedWebhooks
{
    /// <summary>How many messages are remembered when nothing else is said: 100,000, which takes some 20 MB.</summary>
    public const int DefaultCapacity = 100_000;

    /// <summary>How long a message is remembered when nothing else is said: 24 hours.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Scope, string MessageId), WebhookReceipt> _messages = [];

    /// <summary>Those processed, the oldest first.</summary>
    private readonly Queue<((string Scope, string MessageId) Message, long ProcessedAt)> _processed = [];

    private readonly int _capacity;
    private readonly TimeSpan _timeToLive;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes one.</summary>
    /// <param name="capacity">How many handled messages are remembered, 1 or more: the oldest is forgotten for another.</param>
    /// <param name="timeToLive">How long a handled message is remembered, more than zero; null for <see cref="DefaultTimeToLive"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number or a time is too small.</exception>
    public InMemoryReceivedWebhooks(
        int capacity = DefaultCapacity, TimeSpan? timeToLive = null, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _timeToLive = timeToLive ?? DefaultTimeToLive;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_timeToLive, TimeSpan.Zero, nameof(timeToLive));
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public ValueTask<WebhookReceipt> BeginAsync(string scope, string messageId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            RemoveExpired();
            if (!_messages.TryGetValue((scope, messageId), out var receipt))
            {
                _messages.Add((scope, messageId), WebhookReceipt.Processing);
            }

            return ValueTask.FromResult(receipt);
        }
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(string scope, string messageId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_processed.Count == _capacity)
            {
                _messages.Remove(_processed.Dequeue().Message);
            }

            _messages[(scope, messageId)] = WebhookReceipt.Processed;
            _processed.Enqueue(((scope, messageId), _timeProvider.GetTimestamp()));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string scope, string messageId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _messages.Remove((scope, messageId));
        }

        return ValueTask.CompletedTask;
    }

    private void RemoveExpired()
    {
        while (_processed.TryPeek(out var oldest) && _timeProvider.GetElapsedTime(oldest.ProcessedAt) >= _timeToLive)
        {
            _messages.Remove(_processed.Dequeue().Message);
        }
    }
}
