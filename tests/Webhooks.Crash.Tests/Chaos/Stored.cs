using Npgsql;
using Webhooks.Dispatching;

namespace Webhooks.Crash.Tests.Chaos;

/// <summary>What the database holds in the end.</summary>
/// <param name="Messages">The number of each message, and how many deliveries it says that it has.</param>
/// <param name="Rows">The numbers of the host's own rows.</param>
/// <param name="Deliveries">The deliveries that have ended.</param>
/// <param name="LateAttempts">When the attempts began that failed without an answer, by delivery.</param>
internal sealed record Stored(
    IReadOnlyList<(int Number, int DeliveryCount)> Messages,
    IReadOnlySet<int> Rows,
    IReadOnlyList<StoredDelivery> Deliveries,
    ILookup<Guid, DateTimeOffset> LateAttempts)
{
    private const string Number = "(convert_from(m.payload, 'UTF8')::json->'data'->>'eventId')::int";

    public static async Task PrepareAsync(NpgsqlDataSource dataSource)
    {
        await using var command = dataSource.CreateCommand("CREATE TABLE orders (number int PRIMARY KEY)");
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<int> CountPendingAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT count(*)::int FROM webhooks.pending");
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task<Stored> ReadAsync(NpgsqlDataSource dataSource)
    {
        var messages = await ReadAsync(
            dataSource,
            $"SELECT {Number}, m.delivery_count FROM webhooks.messages m",
            row => (row.GetInt32(0), row.GetInt32(1)));
        var rows = await ReadAsync(dataSource, "SELECT number FROM orders", row => row.GetInt32(0));
        var deliveries = await ReadAsync(
            dataSource,
            $"""
            SELECT {Number}, d.key, d.endpoint_id, d.status FROM webhooks.deliveries d
            JOIN webhooks.messages m ON m.tenant_id = d.tenant_id AND m.key = d.message_key
            """,
            row => new StoredDelivery(row.GetInt32(0), row.GetGuid(1), row.GetString(2), (DeliveryStatus)row.GetInt16(3)));
        var lateAttempts = await ReadAsync(
            dataSource,
            "SELECT delivery_key, started_at FROM webhooks.attempts WHERE status_code IS NULL",
            row => (Key: row.GetGuid(0), Start: new DateTimeOffset(row.GetDateTime(1))));
        return new Stored(
            messages,
            rows.ToHashSet(),
            deliveries,
            lateAttempts.ToLookup(late => late.Key, late => late.Start));
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlDataSource dataSource, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = dataSource.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var items = new List<T>();
        while (await rows.ReadAsync())
        {
            items.Add(read(rows));
        }

        return items;
    }
}

/// <summary>A delivery that has ended.</summary>
internal sealed record StoredDelivery(int Number, Guid Key, string EndpointId, DeliveryStatus Status);
