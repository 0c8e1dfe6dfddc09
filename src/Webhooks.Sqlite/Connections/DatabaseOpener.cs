using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Webhooks.Sqlite.Schema;

namespace Webhooks.Sqlite.Connections;

/// <summary>Opens the file, and refuses what it must before it changes anything.</summary>
internal sealed class DatabaseOpener(SqliteStoreOptions options, ILogger logger)
{
    private const int WriterCacheKiB = 16 * 1024;

    /// <summary>
    /// The pages of the log before they are moved into the file: the more there are, the more often a page of an index was
    /// changed meanwhile and is moved once. 4,096 bytes each, so 32 MiB.
    /// </summary>
    private const int CheckpointPages = 8 * 1024;

    /// <summary>
    /// A process that dies while it cancels what a deleted endpoint has left may leave what is held: made due, it is canceled by
    /// the claim that meets it.
    /// </summary>
    private const string OrphansSql =
        """
        UPDATE webhook_delivery SET due_at = created_at
        WHERE status = 0 AND due_at IS NULL AND endpoint_seq IN (
          SELECT n.seq FROM webhook_endpoint_name n WHERE NOT EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.seq = n.seq))
        """;

    public OpenDatabase Open()
    {
        Inspect();
        var session = OpenSession(mode: null);
        try
        {
            Prepare(session);
            SqliteLogMessages.Opened(logger, session.Path, SchemaMigrations.CurrentVersion);
            return new OpenDatabase(session.Path, new WriteQueue(new WriteSession(session)), new ReadPool(OpenReader));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private void Inspect()
    {
        try
        {
            using var session = OpenToInspect();
            SchemaMigrations.ReadVersion(session);
        }
        catch (SqliteException exception) when (!SqliteErrors.IsDamaged(exception))
        {
            // There is no such file yet, or it cannot be read without being written; opening it in earnest will tell.
        }
    }

    /// <summary>
    /// Opens a connection that leaves everything as it was when it is closed. With a log that a killed process left behind
    /// that is one that cannot write: an ordinary one would move the log into the file. Without a log it is an ordinary one:
    /// one that cannot write could not remove the empty log that reading makes.
    /// </summary>
    private SqliteSession OpenToInspect()
    {
        var session = OpenSession(SqliteOpenMode.ReadOnly);
        if (File.Exists(session.Path + "-wal"))
        {
            return session;
        }

        session.Dispose();
        return OpenSession(SqliteOpenMode.ReadWrite);
    }

    private void Prepare(SqliteSession session)
    {
        SchemaMigrations.ReadVersion(session);
        if (session.IsReadOnly)
        {
            throw new WebhookStoreException(
                $"'{session.Path}' can only be read. Give this process the right to write the file and its directory.");
        }

        if (session.ReadText("PRAGMA journal_mode = WAL") is not "wal")
        {
            throw new WebhookStoreException(
                $"'{session.Path}' cannot be switched to SQLite's WAL mode. Keep it on a local disk, not on a network share.");
        }

        session.Execute($"PRAGMA synchronous = {options.Synchronous}; PRAGMA cache_size = -{WriterCacheKiB}; PRAGMA wal_autocheckpoint = {CheckpointPages};");
        session.Execute("BEGIN IMMEDIATE");
        SchemaMigrations.Apply(session);
        session.Execute(OrphansSql);
        session.Execute("COMMIT");
    }

    private SqliteSession OpenReader()
    {
        var session = OpenSession(SqliteOpenMode.ReadWrite);
        session.Execute("PRAGMA query_only = ON");
        return session;
    }

    private SqliteSession OpenSession(SqliteOpenMode? mode)
    {
        var connectionString = new SqliteConnectionStringBuilder(options.ConnectionString)
        {
            // A pool would keep the file open after the store is disposed, and a shared cache has locks of its own.
            Pooling = false,
            Cache = SqliteCacheMode.Private,
        };
        connectionString.Mode = mode ?? connectionString.Mode;
        return new SqliteSession(connectionString.ToString(), options.BusyTimeout);
    }
}
