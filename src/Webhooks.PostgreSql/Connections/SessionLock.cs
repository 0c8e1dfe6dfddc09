using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>A lock by name that a connection holds until it lets go, for work that cannot be done in one transaction.</summary>
internal sealed class SessionLock : IAsyncDisposable
{
    private readonly PostgreSqlDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly string _name;

    private SessionLock(PostgreSqlDatabase database, NpgsqlConnection connection, string name)
    {
        _database = database;
        _connection = connection;
        _name = name;
    }

    /// <summary>Takes the lock if it is free.</summary>
    /// <returns>The lock, or null when somebody else has it.</returns>
    public static async Task<SessionLock?> TryTakeAsync(
        PostgreSqlDatabase database, NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        name = $"{database.Channel}:{name}";
        var statement = SqlExtensions.Statement("SELECT pg_try_advisory_lock(hashtextextended($1, 0))").WithText(name);
        var isTaken = await database.ReadAsync(
            connection, transaction: null, statement, static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return isTaken[0] ? new SessionLock(database, connection, name) : null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            var statement = SqlExtensions.Statement("SELECT pg_advisory_unlock(hashtextextended($1, 0))").WithText(_name);
            await _database.ReadAsync(_connection, transaction: null, statement, static _ => 0, CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The connection is broken, and the lock gone with it.
        }
    }
}
