using Microsoft.Data.Sqlite;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Sqlite.Erasure;
using Webhooks.Sqlite.Messages;
using Webhooks.Sqlite.Replay;
using Webhooks.Sqlite.Retention;

namespace Webhooks.Sqlite.Connections;

/// <summary>The writer's connection, its transactions, and everything that is done in them.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteSession _session;
    private readonly FanOut _fanOut;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _savepoint;
    private readonly Statement _release;
    private readonly Statement _rollbackToSavepoint;

    /// <summary>Prepares the statements.</summary>
    /// <param name="session">The connection, with the tables of this version; owned by this from now on.</param>
    public WriteSession(SqliteSession session)
    {
        _session = session;
        _begin = session.Prepare("BEGIN IMMEDIATE");
        _commit = session.Prepare("COMMIT");
        _rollback = session.Prepare("ROLLBACK");
        _savepoint = session.Prepare("SAVEPOINT operation");
        _release = session.Prepare("RELEASE operation");
        _rollbackToSavepoint = session.Prepare("ROLLBACK TO operation");
        _fanOut = new FanOut(session);
        var leases = new LeaseWriter(session);
        var ender = new Ender(session);
        Rates = new RateWriter(session);
        Endpoints = new EndpointWriter(session, _fanOut, Rates);
        Messages = new MessageAppender(session, _fanOut);
        Due = new DueClaim(session, leases, ender);
        Held = new HeldClaim(session, leases, ender, _fanOut);
        Outcomes = new OutcomeWriter(session, Messages);
        Pruner = new Pruner(session);
        Payloads = new PayloadPruner(session);
        Eraser = new Eraser(session, _fanOut, Payloads);
        Ended = new EndedReplay(session);
        Replays = new ReplayWriter(session, Ended, new NeverSentReplay(session, _fanOut, Messages));
    }

    public EndpointWriter Endpoints { get; }

    public MessageAppender Messages { get; }

    public DueClaim Due { get; }

    public HeldClaim Held { get; }

    public OutcomeWriter Outcomes { get; }

    public RateWriter Rates { get; }

    public Pruner Pruner { get; }

    public PayloadPruner Payloads { get; }

    public Eraser Eraser { get; }

    public EndedReplay Ended { get; }

    public ReplayWriter Replays { get; }

    public void Begin() => _begin.Execute();

    public void Commit() => _commit.Execute();

    /// <summary>Undoes the transaction, if there is one still. One that resists is met by the next, which then fails and tries again.</summary>
    public void Rollback()
    {
        _fanOut.Forget();
        try
        {
            if (_session.IsInTransaction)
            {
                _rollback.Execute();
            }
        }
        catch (SqliteException)
        {
            // The callers are told of the exception that led here.
        }
    }

    /// <summary>Runs the operations of the transaction. One that fails is not undone alone.</summary>
    /// <returns>False when one has failed, so that all are to be rolled back and run again by <see cref="TryRunApart"/>.</returns>
    /// <exception cref="Exception">The whole transaction is lost: the disk is full, for one.</exception>
    public bool TryRun(List<WriteOperation> operations)
    {
        try
        {
            operations.ForEach(operation => operation.Run(this));
            return true;
        }
        catch (Exception) when (_session.IsInTransaction)
        {
            return false;
        }
    }

    /// <summary>
    /// Runs one operation of the transaction. One that fails is undone alone, and its caller told. For that SQLite keeps a copy of
    /// each page that is changed, which is dear.
    /// </summary>
    /// <returns>Whether it went well.</returns>
    /// <exception cref="Exception">The whole transaction is lost with it: the disk is full, for one.</exception>
    public bool TryRunApart(WriteOperation operation)
    {
        _savepoint.Execute();
        try
        {
            operation.Run(this);
        }
        catch (Exception exception) when (_session.IsInTransaction)
        {
            _fanOut.Forget();
            _rollbackToSavepoint.Execute();
            _release.Execute();
            operation.Fail(Explain(exception));
            return false;
        }

        _release.Execute();
        return true;
    }

    /// <summary>Writes the file anew, outside of a transaction, and empties the log.</summary>
    /// <exception cref="WebhookStoreException">Somebody has been reading the log for too long.</exception>
    public void Compact()
    {
        _session.Execute("VACUUM");
        if (_session.ReadInt64("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
        {
            throw new WebhookStoreException(
                $"What was erased is deleted, but the log of '{_session.Path}' could not be emptied: somebody has been reading it for longer than "
                + $"{nameof(SqliteStoreOptions)}.{nameof(SqliteStoreOptions.BusyTimeout)}. Erase again.");
        }
    }

    /// <summary>What callers are told of an exception.</summary>
    public Exception Explain(Exception exception) =>
        exception is SqliteException sqliteException ? SqliteErrors.Explain(sqliteException, _session.Path) : exception;

    public void Dispose() => _session.Dispose();
}
