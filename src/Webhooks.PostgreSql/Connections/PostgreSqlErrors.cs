using System.Data;
using System.Net.Sockets;
using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>Says what PostgreSQL's and Npgsql's errors mean and what to do.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>Whether the transaction was rolled back for the sake of another one and can be made again at once.</summary>
    public static bool IsRolledBack(Exception exception) =>
        exception is PostgresException
        {
            SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        };

    /// <summary>Whether the database is away or refuses for the moment. What was under way may have been done or not.</summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        PostgresException postgres => postgres.IsTransient || IsConnectionState(postgres.SqlState),
        _ => IsOfDatabase(exception),
    };

    /// <summary>Whether a row has no partition to go to.</summary>
    public static bool IsWithoutPartition(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null or "" };

    public static bool IsDuplicateKey(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public static bool IsLockTimeout(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>
    /// Whether a lock was waited for in vain that is of no row: of a table that a new partition is being added to, for one. Of a
    /// row the server says where it stood.
    /// </summary>
    public static bool IsTableLockTimeout(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable, Where: null or "" };

    public static bool IsReadOnly(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>Whether the database or the way to it failed.</summary>
    public static bool IsOfDatabase(Exception exception) =>
        exception is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>
    /// Whether the connection broke between two commands: the next one is then told that something of Npgsql's is disposed or
    /// not open.
    /// </summary>
    public static bool IsBroken(Exception exception, NpgsqlConnection? connection) =>
        exception is InvalidOperationException
        && (exception.InnerException is NpgsqlException || connection is { State: not ConnectionState.Open });

    /// <summary>What callers are told of such an exception.</summary>
    public static WebhookStoreException Explain(Exception exception, string schema) => exception switch
    {
        PostgresException postgres => Explain(postgres, schema),
        TimeoutException or NpgsqlException { InnerException: TimeoutException } => Store(
            "PostgreSQL did not answer in time. Raise CommandTimeout, or find what keeps it busy.", exception),
        NpgsqlException when exception.Message.Contains("pool", StringComparison.OrdinalIgnoreCase) => Store(
            "All connections of the pool were in use for too long. Raise 'Maximum Pool Size', or find who holds them.", exception),
        _ => Store("PostgreSQL cannot be reached, or broke the connection.", exception),
    };

    private static WebhookStoreException Explain(PostgresException exception, string schema) => Store(
        exception.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                "PostgreSQL only reads: it is a standby, or default_transaction_read_only is on. Connect to the primary.",
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName =>
                $"The webhook tables of schema '{schema}' are missing or of another version. "
                + "Let the host migrate them, or run the SQL of PostgreSqlSchema.Script.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The database role lacks a right that it needs in schema '{schema}': read, write, and create partitions.",
            PostgresErrorCodes.QueryCanceled => "PostgreSQL gave the statement up: statement_timeout, or an administrator.",
            PostgresErrorCodes.TooManyConnections => "PostgreSQL has no connection left. Use smaller pools, or raise max_connections.",
            PostgresErrorCodes.DiskFull => "The disk of PostgreSQL is full.",
            _ when IsConnectionState(exception.SqlState) => "PostgreSQL is shutting down, starting up, or broke the connection.",
            _ => "PostgreSQL refused a statement.",
        },
        exception);

    private static WebhookStoreException Store(string message, Exception exception) =>
        new($"{message} ({exception.Message})", exception);

    private static bool IsConnectionState(string sqlState) =>
        sqlState.StartsWith("08", StringComparison.Ordinal) || sqlState.StartsWith("57P", StringComparison.Ordinal);
}
