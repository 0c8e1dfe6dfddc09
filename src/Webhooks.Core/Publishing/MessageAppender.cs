using Microsoft.Extensions.Logging;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Publishing;

/// <summary>
/// Appends messages by group commit, and hands the deliveries that the append could lease to the dispatcher of this process.
/// </summary>
internal sealed class MessageAppender : IDisposable
{
    /// <summary>The most calls that are queued, withdrawn ones too; further ones wait for their place among them.</summary>
    private const int MaxWaiting = 4_096;

    /// <summary>The most messages of a batch, beside one call with more.</summary>
    private const int MaxBatch = 1_000;

    private readonly IMessageStore _store;
    private readonly IWebhookDispatcher _dispatcher;
    private readonly WebhooksMetrics _metrics;
    private readonly ILogger<MessageAppender> _logger;
    private readonly GroupCommit<Append> _appends;
    private readonly SemaphoreSlim _places = new(MaxWaiting);

    public MessageAppender(
        IMessageStore store, IWebhookDispatcher dispatcher, WebhooksMetrics metrics, ILogger<MessageAppender> logger)
    {
        _store = store;
        _dispatcher = dispatcher;
        _metrics = metrics;
        _logger = logger;
        _appends = new GroupCommit<Append>(WriteAsync, static append => append.Messages.Count, MaxBatch);
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Appends messages together: all of them or none.</summary>
    public Task<IReadOnlyList<PublishResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, CancellationToken cancellationToken)
    {
        var place = _places.WaitAsync(cancellationToken);
        return place.IsCompletedSuccessfully
            ? Add(messages, cancellationToken)
            : AddLaterAsync(place, messages, cancellationToken);
    }

    private async Task<IReadOnlyList<PublishResult>> AddLaterAsync(
        Task place, IReadOnlyList<WebhookMessage> messages, CancellationToken cancellationToken)
    {
        await place.ConfigureAwait(false);
        return await Add(messages, cancellationToken).ConfigureAwait(false);
    }

    private Task<IReadOnlyList<PublishResult>> Add(IReadOnlyList<WebhookMessage> messages, CancellationToken cancellationToken)
    {
        var append = new Append(messages, cancellationToken);
        _appends.Add(append);
        return append.Task;
    }

    private async Task WriteAsync(IReadOnlyList<Append> waiting)
    {
        _places.Release(waiting.Count);
        var appends = new List<Append>(waiting.Count);
        foreach (var append in waiting)
        {
            if (append.Start())
            {
                appends.Add(append);
            }
        }

        if (appends.Count > 0 && !await TryWriteAsync(appends, _dispatcher.Reserve()).ConfigureAwait(false))
        {
            // Somebody's transaction holds an id of one of them: that one has to wait, and nobody else.
            foreach (var append in appends)
            {
                _ = WriteAloneAsync(append);
            }
        }
    }

    /// <summary>Tries again until the id is free. No room is set aside meanwhile: nobody knows how long that is.</summary>
    private async Task WriteAloneAsync(Append append)
    {
        do
        {
            if (append.IsCanceled)
            {
                append.Cancel();
                return;
            }
        }
        while (!await TryWriteAsync([append], grant: null).ConfigureAwait(false));
    }

    /// <returns>False when another transaction holds an id, so that nothing was stored and nobody was told.</returns>
    private async Task<bool> TryWriteAsync(List<Append> appends, LeaseGrant? grant)
    {
        var messages = Concat(appends, static append => append.Messages);
        IReadOnlyList<LeasedDelivery> leased = [];
        try
        {
            var results = await _store.AppendAsync(messages, grant, CancellationToken.None).ConfigureAwait(false);
            leased = Concat(results, static result => result.Leased);
            _metrics.Appended(messages.Count);
            if (grant is null || leased.Count == grant.Limit)
            {
                // There was no room for all: the others are due in the store.
                _dispatcher.Wake();
            }

            if (FirstDeliverAt(messages) is { } deliverAt)
            {
                _dispatcher.WakeAt(deliverAt);
            }

            var next = 0;
            foreach (var append in appends)
            {
                append.SetResult(results, next);
                next += append.Messages.Count;
            }
        }
        catch (AppendBlockedException)
        {
            return false;
        }
        catch (Exception exception)
        {
            _logger.AppendFailed(exception, messages.Count);
            foreach (var append in appends)
            {
                append.SetException(exception);
            }
        }
        finally
        {
            if (grant is not null)
            {
                _dispatcher.Dispatch(grant, leased);
            }
        }

        return true;
    }

    /// <summary>The earliest time that a message waits for; null where none does.</summary>
    private static DateTimeOffset? FirstDeliverAt(IReadOnlyList<WebhookMessage> messages)
    {
        DateTimeOffset? first = null;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].DeliverAt is { } deliverAt && !(deliverAt >= first))
            {
                first = deliverAt;
            }
        }

        return first;
    }

    private static IReadOnlyList<TItem> Concat<TList, TItem>(IReadOnlyList<TList> lists, Func<TList, IReadOnlyList<TItem>> itemsOf)
    {
        if (lists.Count == 1)
        {
            return itemsOf(lists[0]);
        }

        var all = new List<TItem>(lists.Count);
        for (var i = 0; i < lists.Count; i++)
        {
            var items = itemsOf(lists[i]);
            for (var j = 0; j < items.Count; j++)
            {
                all.Add(items[j]);
            }
        }

        return all;
    }

    /// <summary>The messages of one call. It is either started or withdrawn, never both.</summary>
    private sealed class Append : TaskCompletionSource<IReadOnlyList<PublishResult>>
    {
        private readonly CancellationToken _cancellationToken;
        private readonly CancellationTokenRegistration _withdrawal;
        private int _isTaken;

        public Append(IReadOnlyList<WebhookMessage> messages, CancellationToken cancellationToken)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            Messages = messages;
            _cancellationToken = cancellationToken;
            _withdrawal = cancellationToken.UnsafeRegister(static state => ((Append)state!).Withdraw(), this);
        }

        public IReadOnlyList<WebhookMessage> Messages { get; }

        public bool IsCanceled => _cancellationToken.IsCancellationRequested;

        /// <returns>False when it was withdrawn.</returns>
        public bool Start()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) != 0)
            {
                return false;
            }

            _withdrawal.Unregister();
            return true;
        }

        public void Cancel() => TrySetCanceled(_cancellationToken);

        /// <summary>Takes the results of its own messages from those of a batch.</summary>
        public void SetResult(IReadOnlyList<AppendResult> batch, int start)
        {
            var results = new PublishResult[Messages.Count];
            for (var i = 0; i < results.Length; i++)
            {
                var result = batch[start + i];
                results[i] = new PublishResult(result.MessageId, result.DeliveryCount, result.IsDuplicate);
            }

            SetResult(results);
        }

        private void Withdraw()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0)
            {
                Cancel();
            }
        }
    }
}
