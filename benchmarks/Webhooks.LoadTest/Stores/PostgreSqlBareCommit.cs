using Npgsql;

namespace Webhooks.LoadTest.Stores;

/// <summary>Writes to tables with the same columns and indexes in the same database, prepared and in one round trip.</summary>
internal sealed class PostgreSqlBareCommit : IBareCommit
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _insert;
    private readonly WebhookIdGenerator _ids = new();

    private PostgreSqlBareCommit(NpgsqlConnection connection)
    {
        _connection = connection;
        _insert = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(
                    """
                    INSERT INTO bare.messages (key, tenant_id, event_type, payload, timestamp, created_at, delivery_count)
                    VALUES ($1, 'tenant-0', 'load.event', $2, $3, $3, 1)
                    """),
                new NpgsqlBatchCommand(
                    """
                    INSERT INTO bare.pending (key, tenant_id, message_key, endpoint_id, endpoint_seq, event_type, created_at,
                      attempt_count, due_at, owner)
                    VALUES ($1, 'tenant-0', $2, 'ep_00000000000000000000000000', 1, 'load.event', $3, 0, $3,
                      'owner:1:0123456789abcdef0123456789abcdef')
                    """),
            },
        };
    }

    public static async Task<PostgreSqlBareCommit> CreateAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand(
            """
            CREATE SCHEMA bare;
            CREATE TABLE bare.messages (LIKE webhooks.messages INCLUDING ALL);
            CREATE TABLE bare.pending (LIKE webhooks.pending INCLUDING ALL);
            """,
            connection);
        await create.ExecuteNonQueryAsync();
        return new PostgreSqlBareCommit(connection);
    }

    public async Task RunAsync(int payloadBytes)
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = _ids.CreateKey(now);
        Set(0, message, new byte[payloadBytes], now);
        Set(1, _ids.CreateKey(now), message, now);
        await _insert.PrepareAsync();
        await _insert.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _insert.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void Set(int command, params object[] values)
    {
        var parameters = _insert.BatchCommands[command].Parameters;
        parameters.Clear();
        foreach (var value in values)
        {
            parameters.AddWithValue(value);
        }
    }
}
