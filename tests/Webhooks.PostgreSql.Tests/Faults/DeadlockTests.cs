using Npgsql;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Faults;

/// <summary>A statement that was rolled back for the sake of another transaction is run again.</summary>
public sealed class DeadlockTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly RateReservation[] Both =
    [
        new("acme", "endpoint-1", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
        new("acme", "endpoint-2", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
    ];

    private TestSchema _schema = null!;
    private PostgreSqlWebhookStore _store = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _store = await _schema.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task A_reservation_that_was_the_victim_of_a_deadlock_is_made_again()
    {
        // Twice in a row, so that it is prepared.
        await _store.ReserveAsync(Now, Both, default);
        await _store.ReserveAsync(Now, Both, default);
        await using var other = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await ExecuteAsync(other, "SET LOCAL deadlock_timeout = '60s'");
        await ExecuteAsync(other, $"UPDATE {_schema.Name}.rates SET pace = pace WHERE endpoint_id = 'endpoint-2'");

        var reservation = _store.ReserveAsync(Now, Both, default);
        await Patience.UntilAsync(IsWaitingAsync);
        await ExecuteAsync(other, $"UPDATE {_schema.Name}.rates SET pace = pace WHERE endpoint_id = 'endpoint-1'");
        await transaction.RollbackAsync();

        (await reservation.InTimeAsync()).Should().Equal(Now.AddSeconds(10), Now.AddSeconds(10));
    }

    private async Task<bool> IsWaitingAsync() =>
        await _schema.ReadAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO \"{schema}\".rates%'") > 0;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
