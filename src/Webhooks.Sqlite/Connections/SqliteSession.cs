using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Webhooks.Sqlite.Connections;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteSession(string connectionString, TimeSpan busyTimeout)
    {
        Batteries_V2.Init();
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            Handle = _connection.Handle!;
            _ = raw.sqlite3_busy_timeout(Handle, (int)busyTimeout.TotalMilliseconds);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path => _connection.DataSource;

    /// <summary>Whether the file can only be read. SQLite falls back to that silently.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(Handle, "main") == 1;

    /// <summary>Whether a transaction is open. Some errors end it behind one's back.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public long LastInsertSeq => raw.sqlite3_last_insert_rowid(Handle);

    private sqlite3 Handle { get; }

    /// <summary>The statement of a text, prepared on first use.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new Statement(Handle, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs a script of statements that have no parameters.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The scripts are this library's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Reads the one number that a statement yields.</summary>
    public long ReadInt64(string sql)
    {
        using var statement = new Statement(Handle, sql);
        return statement.ReadOne(static row => row.Int64(0));
    }

    /// <summary>Reads the one text that a statement yields.</summary>
    public string? ReadText(string sql)
    {
        using var statement = new Statement(Handle, sql);
        return statement.ReadOne(static row => row.NullableText(0));
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}
