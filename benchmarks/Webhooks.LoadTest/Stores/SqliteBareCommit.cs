using Microsoft.Data.Sqlite;

namespace Webhooks.LoadTest.Stores;

/// <summary>Writes to tables with the same columns and indexes in the same file.</summary>
internal sealed class SqliteBareCommit : IBareCommit
{
    private const string InsertSql =
        """
        INSERT INTO bare_message
          (tenant_id, id, event_type, timestamp, created_at, delivery_count, payload)
        VALUES ('tenant-0', $message, 'load.event', $now, $now, 1, $payload);
        INSERT INTO bare_delivery
          (message_seq, ordinal, tail, tenant_id, endpoint_seq, created_at, status, attempt_count, due_at, owner)
        VALUES (last_insert_rowid(), 0, 12345, 'tenant-0', 1, $now, 0, 0, $now, 'owner:1:0123456789abcdef0123456789abcdef');
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly WebhookIdGenerator _ids = new();

    public SqliteBareCommit(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        Execute("PRAGMA synchronous = FULL");
        foreach (var sql in Schema())
        {
            Execute(sql);
        }

        _insert = _connection.CreateCommand();
        _insert.CommandText = InsertSql;
        foreach (var name in new[] { "$message", "$now", "$payload" })
        {
            _insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
    }

    public Task RunAsync(int payloadBytes)
    {
        var now = TimeProvider.System.GetUtcNow();
        _insert.Parameters[0].Value = _ids.Create(WebhookIdGenerator.MessagePrefix, now);
        _insert.Parameters[1].Value = now.ToUnixTimeMilliseconds();
        _insert.Parameters[2].Value = new byte[payloadBytes];
        using var transaction = _connection.BeginTransaction();
        _insert.Transaction = transaction;
        _insert.ExecuteNonQuery();
        transaction.Commit();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _insert.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private List<string> Schema()
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            """
            SELECT replace(sql, 'webhook_', 'bare_') FROM sqlite_master
            WHERE tbl_name IN ('webhook_message', 'webhook_delivery') AND sql IS NOT NULL ORDER BY type DESC
            """;
        using var rows = command.ExecuteReader();
        var schema = new List<string>();
        while (rows.Read())
        {
            schema.Add(rows.GetString(0));
        }

        return schema;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The schema comes from the file itself.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
