using System.Data;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Connections;

/// <summary>The host's database: runs work on contexts of its own and explains what goes wrong.</summary>
/// <param name="create">Makes a context whose model has the tables.</param>
/// <param name="createUnpooled">Makes one that comes from no pool: what was given a connection of the host's must not go back to one.</param>
internal sealed class StoreDatabase(Func<DbContext> create, Func<DbContext> createUnpooled)
{
    /// <summary>The most keys that a statement lists: below the limits on parameters and lists of all databases.</summary>
    public const int MaxKeys = 500;

    private const int MaxTries = 10;
    private const int MaxPause = 40;

    /// <summary>Reads.</summary>
    public Task<T> ReadAsync<T>(Func<DbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RetryAsync(
            async cancellation =>
            {
                var context = CreateContext();
                await using (context.ConfigureAwait(false))
                {
                    return await read(context, cancellation).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>Runs one statement that changes something, again if it failed for the sake of another one.</summary>
    public Task<T> RunAsync<T>(Func<DbContext, CancellationToken, Task<T>> run, CancellationToken cancellationToken) =>
        ReadAsync(run, cancellationToken);

    /// <summary>Runs work in a transaction, from its start again if it was rolled back for the sake of another one.</summary>
    public Task<T> WriteAsync<T>(Func<DbContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        RetryAsync(
            async cancellation =>
            {
                var context = CreateContext();
                await using (context.ConfigureAwait(false))
                {
                    return await context.Database.CreateExecutionStrategy().ExecuteAsync(
                        async token => await WriteOnceAsync(write, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>Runs work in a transaction of the host's, once.</summary>
    public async Task<T> WriteAsync<T>(
        DbTransaction transaction, Func<DbContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection
            ?? throw new InvalidOperationException("The transaction has ended already; publish before it is committed.");
        var context = Prepare(createUnpooled());
        await using (context.ConfigureAwait(false))
        {
            if (context.Database.GetDbConnection().GetType() != connection.GetType())
            {
                throw new NotSupportedException(
                    $"The transaction is of a {connection.GetType().Name}; webhooks are stored through a "
                    + $"{context.Database.GetDbConnection().GetType().Name}.");
            }

            ExceptionDispatchInfo? failure = null;
            try
            {
                context.Database.SetDbConnection(connection, contextOwnsConnection: false);

                // Inside a strategy, so that a retrying one takes the transaction; it must not try it again.
                var result = await context.Database.CreateExecutionStrategy().ExecuteAsync(
                    async token =>
                    {
                        try
                        {
                            await context.Database.UseTransactionAsync(transaction, token).ConfigureAwait(false);
                            return await write(context, token).ConfigureAwait(false);
                        }
                        catch (Exception exception)
                        {
                            failure = ExceptionDispatchInfo.Capture(exception);
                            return default;
                        }
                    },
                    cancellationToken).ConfigureAwait(false);
                failure?.Throw();
                return result!;
            }
            catch (Exception exception) when (IsOfDatabase(exception))
            {
                throw Explain(exception);
            }
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<DbContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var context = CreateContext();
        await using (context.ConfigureAwait(false))
        {
            var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var result = await write(context, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                return result;
            }
        }
    }

    private DbContext CreateContext() => Prepare(create());

    private static DbContext Prepare(DbContext context)
    {
        context.ChangeTracker.AutoDetectChangesEnabled = true;
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return context;
    }

    private static async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (tries < MaxTries && MayPass(exception) && !cancellationToken.IsCancellationRequested)
            {
                // The next try meets another timing.
                await Task.Delay(
                    TimeSpan.FromMilliseconds(NextPause(tries)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsOfDatabase(exception))
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Explain(exception);
            }
        }
    }

#pragma warning disable CA5394 // Only spreads tries.
    private static int NextPause(int tries) => tries == 1 ? 0 : Random.Shared.Next(MaxPause);
#pragma warning restore CA5394

    /// <summary>
    /// Whether the next try may be successful: another one was faster with a row or a key, or the database says that it was a matter of
    /// the moment.
    /// </summary>
    private static bool MayPass(Exception exception) => exception switch
    {
        DbUpdateException => true,
        DbException database => database.IsTransient,
        RetryLimitExceededException => false,
        InvalidOperationException { InnerException: { } inner } => MayPass(inner),
        _ => false,
    };

    private static bool IsOfDatabase(Exception exception) =>
        exception is DbUpdateException or DbException or TimeoutException or RetryLimitExceededException
        || exception is InvalidOperationException { InnerException: DbException };

    private static WebhookStoreException Explain(Exception exception)
    {
        var cause = exception is DbException ? exception : exception.InnerException ?? exception;
        return new WebhookStoreException(
            "The database failed. If webhook tables or columns are missing, add a migration for what AddWebhooks() has in the model. "
            + $"({cause.Message})",
            cause);
    }
}
