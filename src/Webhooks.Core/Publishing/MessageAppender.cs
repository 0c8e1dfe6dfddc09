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
    private readonly GroupCommit<IAppend> _appends;
    private readonly SemaphoreSlim _places = new(MaxWaiting);

    public MessageAppender(
        IMessageStore store, IWebhookDispatcher dispatcher, WebhooksMetrics metrics, ILogger<MessageAppender> logger)
    {
        _store = store;
        _dispatcher = dispatcher;
        _metrics = metrics;
        _logger = logger;
        _appends = new GroupCommit<IAppend>(WriteAsync, static append => append.Count, MaxBatch);
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Appends a message.</summary>
    public Task<PublishResult> AppendAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        var append = new SingleAppend(message, cancellationToken);
        var place = _places.WaitAsync(cancellationToken);
        if (!place.IsCompletedSuccessfully)
        {
            return AddLaterAsync(place, append, append.Task);
        }

        Add(append);
        return append.Task;
    }

    /// <summary>Appends messages together: all of them or none.</summary>
    public Task<IReadOnlyList<PublishResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, CancellationToken cancellationToken)
    {
        var append = new BatchAppend(messages, cancellationToken);
        return AddLaterAsync(_places.WaitAsync(cancellationToken), append, append.Task);
    }

    private async Task<T> AddLaterAsync<T>(Task place, IAppend append, Task<T> result)
    {
        await place.ConfigureAwait(false);
        Add(append);
        return await result.ConfigureAwait(false);
    }

    private void Add(IAppend append)
    {
        append.AllowWithdrawal();
        _appends.Add(append);
    }

    private async Task WriteAsync(List<IAppend> batch)
    {
        _places.Release(batch.Count);
        batch.RemoveAll(static append => !append.Start());
        if (batch.Count > 0 && !await TryWriteAsync(batch, _dispatcher.Reserve()).ConfigureAwait(false))
        {
            // Somebody's transaction holds an id of one of them: that one has to wait, and nobody else.
            foreach (var append in batch)
            {
                _ = WriteAloneAsync(append);
            }
        }
    }

    /// <summary>Tries again until the id is free. No room is set aside meanwhile: nobody knows how long that is.</summary>
    private async Task WriteAloneAsync(IAppend append)
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
    private async Task<bool> TryWriteAsync(List<IAppend> appends, LeaseGrant? grant)
    {
        var messages = new List<WebhookMessage>(appends.Count);
        foreach (var append in appends)
        {
            append.AddTo(messages);
        }

        IReadOnlyList<LeasedDelivery> leased = [];
        try
        {
            var results = await _store.AppendAsync(messages, grant, CancellationToken.None).ConfigureAwait(false);
            leased = Leased(results);
            _metrics.Appended(messages.Count);
            if (grant is null || leased.Count == grant.Limit || HasFirstInLine(results))
            {
                // There was no room for all: the others are due in the store. Or an ordered endpoint is to be taken over.
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
                next += append.Count;
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
    private static DateTimeOffset? FirstDeliverAt(List<WebhookMessage> messages)
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

    private static bool HasFirstInLine(IReadOnlyList<AppendResult> results)
    {
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].HasFirstInLine)
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<LeasedDelivery> Leased(IReadOnlyList<AppendResult> results)
    {
        if (results.Count == 1)
        {
            return results[0].Leased;
        }

        var all = new List<LeasedDelivery>(results.Count);
        for (var i = 0; i < results.Count; i++)
        {
            var leased = results[i].Leased;
            for (var j = 0; j < leased.Count; j++)
            {
                all.Add(leased[j]);
            }
        }

        return all;
    }

    /// <summary>What one call appends. It is either started or withdrawn, never both.</summary>
    private interface IAppend
    {
        /// <summary>How many messages it has.</summary>
        int Count { get; }

        bool IsCanceled { get; }

        void AllowWithdrawal();

        /// <returns>False when it was withdrawn.</returns>
        bool Start();

        void AddTo(List<WebhookMessage> messages);

        /// <summary>Takes the results of its own messages from those of a batch.</summary>
        void SetResult(IReadOnlyList<AppendResult> batch, int start);

        void SetException(Exception exception);

        void Cancel();
    }

    private abstract class Append<T>(CancellationToken cancellationToken)
        : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IAppend
    {
        private CancellationTokenRegistration _withdrawal;
        private int _isTaken;

        public abstract int Count { get; }

        public bool IsCanceled => cancellationToken.IsCancellationRequested;

        public void AllowWithdrawal() =>
            _withdrawal = cancellationToken.UnsafeRegister(static state => ((Append<T>)state!).Withdraw(), this);

        public bool Start()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) != 0)
            {
                return false;
            }

            _withdrawal.Unregister();
            return true;
        }

        public abstract void AddTo(List<WebhookMessage> messages);

        public abstract void SetResult(IReadOnlyList<AppendResult> batch, int start);

        public void Cancel() => TrySetCanceled(cancellationToken);

        protected static PublishResult ToPublishResult(AppendResult result) =>
            new(result.MessageId, result.DeliveryCount, result.IsDuplicate);

        private void Withdraw()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0)
            {
                Cancel();
            }
        }
    }

    /// <summary>Most calls have one message.</summary>
    private sealed class SingleAppend(WebhookMessage message, CancellationToken cancellationToken)
        : Append<PublishResult>(cancellationToken)
    {
        public override int Count => 1;

        public override void AddTo(List<WebhookMessage> messages) => messages.Add(message);

        public override void SetResult(IReadOnlyList<AppendResult> batch, int start) => SetResult(ToPublishResult(batch[start]));
    }

    private sealed class BatchAppend(IReadOnlyList<WebhookMessage> messages, CancellationToken cancellationToken)
        : Append<IReadOnlyList<PublishResult>>(cancellationToken)
    {
        public override int Count => messages.Count;

        public override void AddTo(List<WebhookMessage> all) => all.AddRange(messages);

        public override void SetResult(IReadOnlyList<AppendResult> batch, int start)
        {
            var results = new PublishResult[messages.Count];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = ToPublishResult(batch[start + i]);
            }

            SetResult(results);
        }
    }
}
