using System.Data.Common;
using System.Globalization;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.UnitOfWork;

/// <summary>
/// The events that are noted on one context. They go the way of its changes: saved with them, and gone with them.
/// </summary>
/// <remarks>
/// Where a save opens a transaction of its own, they are stored when it is about to commit it, and again with each try of a retrying
/// strategy; where one is open already, after the changes. Their ids are fixed, so that nothing is stored twice. They are let go when EF
/// lets the changes go: when they are accepted.
/// </remarks>
internal sealed class NotedEvents(ICurrentDbContext current, IDbContextOptions options)
    : ISaveChangesInterceptor, IDbTransactionInterceptor, IResettableService
{
    /// <summary>The most that one call of the publisher takes.</summary>
    private const int MaxBatch = 1_000;

    private readonly List<WebhookMessage> _messages = [];
    private IMessagePublisher? _publisher;
    private Saving _saving;

    /// <summary>How many of them, from the first, the last save has stored.</summary>
    private int _stored;

    /// <summary>Whether the save under way lets go of the changes if it is successful.</summary>
    private bool _accepts = true;
    private bool _listens;

    /// <summary>What the host has set, while it is set to something else for a save.</summary>
    private AutoTransactionBehavior? _hostsBehavior;

    private enum Saving
    {
        None,
        Async,
        Sync,
    }

    private DatabaseFacade Database => current.Context.Database;

    private bool HasUnstored => _stored < _messages.Count;

    /// <summary>Checks an event, freezes it, and keeps it until it is stored.</summary>
    /// <returns>The id of its message.</returns>
    public string Add(WebhookEvent webhookEvent)
    {
        if (!Database.IsRelational())
        {
            throw new NotSupportedException(
                $"'{Database.ProviderName}' has no transactions that webhooks could be stored in. Use a relational database.");
        }

        if (_saving == Saving.Sync)
        {
            throw SynchronousSave();
        }

        RefuseAmbientTransaction();
        _publisher ??= options.FindExtension<WebhooksOptionsExtension>()!.GetPublisher(options);
        var message = _publisher.Prepare(webhookEvent);
        Listen();
        _messages.Add(message);
        if (_saving == Saving.Async)
        {
            AskForTransaction();
        }

        return message.Id;
    }

    /// <summary>Lets go of what was stored: the changes are accepted.</summary>
    public void AcceptStored()
    {
        _messages.RemoveRange(0, _stored);
        _stored = 0;
    }

    /// <summary>Lets go of everything: the changes are given up.</summary>
    public void Clear()
    {
        _messages.Clear();
        _stored = 0;
    }

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        if (_messages.Count > 0)
        {
            throw SynchronousSave();
        }

        _saving = Saving.Sync;
        return result;
    }

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        _stored = 0;
        if (_messages.Count > 0)
        {
            RefuseAmbientTransaction();
            AskForTransaction();
        }

        _saving = Saving.Async;
        return ValueTask.FromResult(result);
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        EndSave();
        return result;
    }

    public async ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (HasUnstored)
        {
            if (Database.CurrentTransaction is { } transaction)
            {
                await StoreAsync(transaction.GetDbTransaction(), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // There was nothing to write, and so no transaction.
                await Database.CreateExecutionStrategy().ExecuteAsync(CommitAloneAsync, cancellationToken).ConfigureAwait(false);
            }
        }

        if (_accepts)
        {
            AcceptStored();
        }

        EndSave();
        return result;
    }

    public void SaveChangesFailed(DbContextErrorEventData eventData) => FailSave();

    public Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        FailSave();
        return Task.CompletedTask;
    }

    public void SaveChangesCanceled(DbContextEventData eventData) => FailSave();

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        FailSave();
        return Task.CompletedTask;
    }

    public InterceptionResult TransactionCommitting(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        RefuseUnstored();
        return result;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default)
    {
        if (_saving == Saving.Async)
        {
            // What an earlier try has stored was rolled back, or is a duplicate.
            _stored = 0;
            await StoreAsync(transaction, cancellationToken).ConfigureAwait(false);
        }

        RefuseUnstored();
        return result;
    }

    public void ResetState()
    {
        Clear();
        EndSave();
        _listens = false;
    }

    public Task ResetStateAsync(CancellationToken cancellationToken = default)
    {
        ResetState();
        return Task.CompletedTask;
    }

    private static NotSupportedException SynchronousSave() =>
        new("Webhooks are stored asynchronously. Call SaveChangesAsync on a context that publishes them, not SaveChanges.");

    /// <summary>Its commit stores them.</summary>
    private async Task CommitAloneAsync(CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StoreAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            while (HasUnstored)
            {
                var batch = _messages.GetRange(_stored, Math.Min(_messages.Count - _stored, MaxBatch));
                await _publisher!.PublishAsync(batch, transaction, cancellationToken).ConfigureAwait(false);
                _stored += batch.Count;
            }
        }
        catch (WebhookStoreException exception)
        {
            // What the driver says stands where a retrying strategy looks for it.
            throw new DbUpdateException($"Webhooks could not be stored. {exception.Message}", DriversException(exception));
        }
    }

    private static Exception DriversException(WebhookStoreException exception)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException)
            {
                return cause;
            }
        }

        return exception;
    }

    private void RefuseAmbientTransaction()
    {
        if (Database.CurrentTransaction is null && (Transaction.Current is not null || Database.GetEnlistedTransaction() is not null))
        {
            throw new NotSupportedException(
                "Webhooks cannot be stored in a TransactionScope. Use Database.BeginTransactionAsync, or SaveChangesAsync alone.");
        }
    }

    /// <summary>What was noted after the last save would be neither stored nor missed.</summary>
    private void RefuseUnstored()
    {
        if (HasUnstored)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_messages.Count - _stored} webhook events were published on {current.Context.GetType().Name} and not saved. Call "
                + $"SaveChangesAsync before the transaction is committed, or ChangeTracker.Clear() to give them up with the changes."));
        }
    }

    /// <summary>For a single command EF would not open one.</summary>
    private void AskForTransaction()
    {
        _hostsBehavior ??= Database.AutoTransactionBehavior;
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
    }

    private void FailSave()
    {
        _stored = 0;
        EndSave();
    }

    private void EndSave()
    {
        _saving = Saving.None;
        _accepts = true;
        if (_hostsBehavior is { } behavior)
        {
            Database.AutoTransactionBehavior = behavior;
            _hostsBehavior = null;
        }
    }

    /// <summary>Only this event tells how a save ends.</summary>
    private void Listen()
    {
        if (!_listens)
        {
            current.Context.SavingChanges += (_, saving) => _accepts = saving.AcceptAllChangesOnSuccess;
            _listens = true;
        }
    }
}
