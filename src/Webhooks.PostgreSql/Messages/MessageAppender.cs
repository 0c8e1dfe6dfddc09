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
                var run = new Run(waiting, leases, kind, mayBeStored);
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
        var run = new Run(waiting, Leases: null, AppendKind.Hosts, MayBeStored: false);
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

    private async Task<IReadOnlyList<AppendResult>> AppendAsync(Session session, Run run)
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
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Run run, CancellationToken cancellationToken)
    {
        for (var waiting = run.Messages; waiting.Count > 0;)
        {
            var round = Round.Of(waiting, run.Kind);
            await AppendAsync(connection, transaction, run, round.Firsts, cancellationToken).ConfigureAwait(false);
            waiting = [];
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
        }
    }

    private async Task AppendAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        Run run,
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
        Run run,
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

    /// <summary>One try of an append.</summary>
    /// <param name="Messages">What is appended.</param>
    /// <param name="Leases">Whom to lease to.</param>
    /// <param name="Kind">The kind; it is careful where a failed statement would be the end of a transaction.</param>
    /// <param name="MayBeStored">Whether an earlier try may have been successful.</param>
    private sealed record Run(List<NewMessage> Messages, LeaseGrant? Leases, AppendKind Kind, bool MayBeStored)
    {
        public AppendResult[] Results { get; } = new AppendResult[Messages.Count];

        /// <summary>The session, unless it runs in the host's transaction.</summary>
        public Session? Session { get; set; }

        public int LeasesLeft { get; private set; } = Leases?.Limit ?? 0;

        /// <summary>Whether it can take more than one statement that changes something.</summary>
        public bool NeedsTransaction =>
            Messages.Exists(static message => message.NameCount > 1) || Round.Of(Messages, Kind).Followers.Count > 0;

        public void Add(AppendBatch batch, AppendAnswer answer)
        {
            var first = 0;
            for (var i = 0; i < batch.Messages.Count; i++)
            {
                var (message, count) = (batch.Messages[i], batch.DeliveryCounts[i]);
                if (answer.Stored is null || answer.Stored[i])
                {
                    var leased = Lease(batch, message.Message, first, count);
                    LeasesLeft -= leased.Length;
                    Results[message.Index] = new AppendResult(message.Message.Id, count, IsDuplicate: false, leased)
                    {
                        HasFirstInLine = answer.HasFirstInLine,
                    };
                }

                first += count;
            }
        }

        private LeasedDelivery[] Lease(AppendBatch batch, WebhookMessage message, int first, int count)
        {
            var leases = 0;
            for (var i = first; i < first + count; i++)
            {
                leases += batch.Deliveries[i].IsLeased ? 1 : 0;
            }

            if (leases == 0)
            {
                return [];
            }

            var leased = new LeasedDelivery[leases];
            for (var i = first + count - 1; leases > 0; i--)
            {
                var delivery = batch.Deliveries[i];
                if (delivery.IsLeased)
                {
                    leased[--leases] = new LeasedDelivery
                    {
                        Id = WebhookIdGenerator.Encode(DeliveryKey.Prefix, delivery.Key),
                        EndpointId = delivery.Endpoint.Id,
                        EndpointVersion = delivery.Endpoint.Version,
                        AttemptNumber = 1,
                        LeaseUntil = Leases!.Until,
                        Message = message,
                    };
                }
            }

            return leased;
        }
    }

    /// <summary>The messages with new ids, and those that follow one of them with the same id or event id.</summary>
    private sealed record Round(List<NewMessage> Firsts, List<(NewMessage Message, NewMessage First)> Followers)
    {
        public static Round Of(List<NewMessage> messages, AppendKind kind)
        {
            // Two with the same key let a plain append fail, and a careful one follows.
            if (kind == AppendKind.Plain && !messages.Exists(static message => message.NameCount > 0))
            {
                return new Round(messages, []);
            }

            var byId = new Dictionary<(string TenantId, string Id), NewMessage>();
            var byEventId = new Dictionary<(string TenantId, string EventId), NewMessage>();
            var round = new Round([], []);
            foreach (var message in messages)
            {
                var (id, eventId) = ((message.Message.TenantId, message.Message.Id), (message.Message.TenantId, message.Message.EventId!));
                if (byId.TryGetValue(id, out var first)
                    || (message.Message.EventId is not null && byEventId.TryGetValue(eventId, out first)))
                {
                    round.Followers.Add((message, first));
                    continue;
                }

                byId.Add(id, message);
                if (message.Message.EventId is not null)
                {
                    byEventId.Add(eventId, message);
                }

                round.Firsts.Add(message);
            }

            return round;
        }
    }
}
