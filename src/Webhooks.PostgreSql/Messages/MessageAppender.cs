using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Endpoints;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Messages;

/// <summary>Takes messages in.</summary>
internal sealed class MessageAppender(PostgreSqlDatabase database, PartitionMaker partitions, FanOut fanOut)
{
    /// <summary>How often an append is tried that met an outage; its keys make the tries one append.</summary>
    private const int MaxTries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly WebhookIdGenerator _keys = new();
    private readonly AppendStatement _append = new(database);
    private readonly DuplicateLookup _duplicates = new(database);

    /// <summary>Appends in a transaction of its own.</summary>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken)
    {
        using var waiting = Number(messages);
        cancellationToken.ThrowIfCancellationRequested();
        var kind = messages is [{ IsTest: true }] ? AppendKind.Test : AppendKind.Plain;
        var mayBeStored = false;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var run = new AppendRun(waiting, leases, kind, mayBeStored);
                await partitions.EnsureAsync(Times(waiting), CancellationToken.None).ConfigureAwait(false);
                return await database.RunOnceOnSessionAsync(
                    (session, _) => AppendAsync(session, run), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (kind == AppendKind.Plain && PostgreSqlErrors.IsDuplicateKey(exception))
            {
                kind = AppendKind.Careful;
            }
            catch (Exception exception) when (tries < MaxTries && PostgreSqlErrors.IsTableLockTimeout(exception))
            {
                // It waited long enough already.
            }
            catch (Exception exception) when (PostgreSqlErrors.IsLockTimeout(exception))
            {
                throw new AppendBlockedException("Another transaction, still open, holds the id or event id of a message.", exception);
            }
            catch (Exception exception) when (tries < MaxTries && PostgreSqlErrors.IsRolledBack(exception))
            {
                // The next try meets another timing.
            }
            catch (Exception exception) when (tries < MaxTries && PostgreSqlErrors.IsWithoutPartition(exception))
            {
                partitions.Forget();
            }
            catch (Exception exception) when (tries < MaxTries && kind != AppendKind.Test && PostgreSqlErrors.IsOutage(exception))
            {
                // A lease whose answer was lost is freed for any dispatcher. That of a test is not: it runs out.
                mayBeStored = true;
                await Task.Delay(Pause * tries, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (PostgreSqlErrors.IsOfDatabase(exception))
            {
                throw PostgreSqlErrors.Explain(exception, database.Options.Schema);
            }
        }
    }

    /// <summary>Appends in the host's transaction, without leases.</summary>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = transaction.Connection
                ?? throw new InvalidOperationException("The transaction has ended already; publish before it is committed.");
            return await AppendAsync(messages, connection, transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgreSqlErrors.IsOfDatabase(exception) || PostgreSqlErrors.IsBroken(exception, connection))
        {
            throw PostgreSqlErrors.Explain(exception, database.Options.Schema);
        }
    }

    /// <summary>Appends in a transaction that others have begun, without leases, and passes the database's own exceptions on.</summary>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        using var waiting = Number(messages);
        await partitions.EnsureAsync(Times(waiting), cancellationToken).ConfigureAwait(false);
        var run = new AppendRun(waiting, Leases: null, AppendKind.Hosts, MayBeStored: false);
        await AppendRoundsAsync(connection, transaction, run, cancellationToken).ConfigureAwait(false);
        return run.Results;
    }

    private static IEnumerable<long> Times(IReadOnlyList<NewMessage> messages) =>
        messages.Select(static message => KeyTime.Of(message.Key));

    private ReusedList<NewMessage> Number(IReadOnlyList<WebhookMessage> messages)
    {
        var numbered = ReusedList<NewMessage>.Take();
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            var tail = DeliveryKey.CreateTail();
            numbered.Add(MessageKey.TryGet(message, out var key)
                ? new NewMessage(i, message, key, tail, OwnId: null)
                : new NewMessage(i, message, _keys.CreateKey(message.CreatedAt), tail, message.Id));
        }

        return numbered;
    }

    private async Task<IReadOnlyList<AppendResult>> AppendAsync(Session session, AppendRun run)
    {
        var connection = session.Connection;
        run.Session = session;
        if (!run.NeedsTransaction)
        {
            await AppendRoundsAsync(connection, transaction: null, run, CancellationToken.None).ConfigureAwait(false);
            return run.Results;
        }

        var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await AppendRoundsAsync(connection, transaction, run, CancellationToken.None).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return run.Results;
    }

    /// <summary>
    /// Appends the first message of each id and event id; the others are its duplicates if it was stored. If it was a
    /// duplicate itself, they may be none, and have a round of their own.
    /// </summary>
    private async Task AppendRoundsAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, AppendRun run, CancellationToken cancellationToken)
    {
        for (var round = run.FirstRound; round.Firsts.Count > 0;)
        {
            await AppendAsync(connection, transaction, run, round.Firsts, cancellationToken).ConfigureAwait(false);
            List<NewMessage> waiting = [];
            foreach (var (message, first) in round.Followers)
            {
                var result = run.Results[first.Index];
                if (result.IsDuplicate)
                {
                    waiting.Add(message);
                }
                else
                {
                    run.Results[message.Index] = result with { IsDuplicate = true, Leased = [] };
                }
            }

            if (waiting.Count == 0)
            {
                break;
            }

            round = AppendRound.Of(waiting, run.Kind);
        }
    }

    private async Task AppendAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        AppendRun run,
        List<NewMessage> messages,
        CancellationToken cancellationToken)
    {
        List<EventTypeKey> types = [.. messages.Select(static message => message.Type).Distinct()];
        while (true)
        {
            var matches = messages is [{ Message.TestedEndpointId: { } tested }]
                ? await fanOut.FindTestedAsync(types[0], tested, FindAsync).ConfigureAwait(false)
                : await fanOut.MatchAsync(types, FindAsync).ConfigureAwait(false);
            using var batch = new AppendBatch(messages, matches, run.LeasesLeft);
            var answer = await ReadAsync(_append.Create(batch, run.Leases, run.Kind), AppendAnswer.Read).ConfigureAwait(false);
            if (answer[0].IsCurrent)
            {
                run.Add(batch, answer[0]);
                break;
            }

            // An endpoint has changed since it was looked up.
            fanOut.Forget(types);
        }

        var others = messages.FindAll(message => run.Results[message.Index] is null);
        if (others.Count > 0)
        {
            await ExplainAsync(connection, transaction, run, others, cancellationToken).ConfigureAwait(false);
        }

        Task<List<(int Type, EndpointMatch Endpoint)>> FindAsync(NpgsqlBatchCommand statement) => ReadAsync(statement, fanOut.Read);

        Task<List<T>> ReadAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read) => run.Session is { } session
            ? session.ReadAsync(transaction, statement, read, cancellationToken)
            : database.ReadAsync(connection, transaction, statement, read, cancellationToken);
    }

    /// <summary>Says what the messages are that were not stored.</summary>
    private async Task ExplainAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        AppendRun run,
        List<NewMessage> messages,
        CancellationToken cancellationToken)
    {
        // First, so that no message is found to be its own first.
        if (transaction is not null && messages.Exists(static message => message.NameCount > 1))
        {
            await _duplicates.FreeNamesAsync(
                connection, transaction, messages.ConvertAll(static message => message.Key), cancellationToken).ConfigureAwait(false);
        }

        var firsts = await _duplicates.FindAsync(connection, transaction, messages, cancellationToken).ConfigureAwait(false);
        var own = new List<(string TenantId, Guid Key)>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (!firsts.TryGetValue(i, out var first))
            {
                throw new WebhookStoreException(
                    $"Message '{messages[i].Message.Id}' could not be stored: its first was removed at the same moment. Publish it again.");
            }

            // What an earlier try of this same append has stored is no duplicate.
            var isOwn = run.MayBeStored && first.Key == messages[i].Key;
            run.Results[messages[i].Index] = new AppendResult(first.Id, first.DeliveryCount, IsDuplicate: !isOwn, []);
            if (isOwn)
            {
                own.Add((messages[i].Message.TenantId, first.Key));
            }
        }

        if (own.Count > 0 && run.Leases is { } leases)
        {
            await _duplicates.FreeLeasesAsync(connection, transaction, leases.Owner, own, cancellationToken).ConfigureAwait(false);
        }
    }
}
