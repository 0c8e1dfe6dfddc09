using Npgsql;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Faults;

/// <summary>What callers of the store are told when the database or the way to it fails under their hands.</summary>
public sealed class ConnectionFaultTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LeaseGrant Leases = new("dispatcher", Now.AddMinutes(2), 10);

    private readonly WebhookIdGenerator _ids = new();
    private TestSchema _schema = null!;
    private PostgreSqlWebhookStore _store = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _store = await _schema.OpenAsync();
        await _store.MakePartitionsAsync([Now], default);
        await _store.InsertEndpointAsync(
            new StoredEndpoint(
                new WebhookEndpoint
                {
                    Id = "ep_1",
                    TenantId = "acme",
                    Settings = new EndpointSettings { Url = "https://receiver.test/", EventTypes = ["*"] },
                    Version = 1,
                    CreatedAt = Now,
                    UpdatedAt = Now,
                },
                "{}"),
            default);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order-1-paid")]
    public async Task An_append_whose_answer_was_lost_is_found_to_be_done_and_not_done_twice(string? eventId)
    {
        await using var way = new BrokenAnswer((await PostgreSqlServer.Shared).ConnectionString);
        await using var store = new PostgreSqlWebhookStore(way.DataSource, _schema.Options);
        await store.InitializeAsync(default);
        await store.MakePartitionsAsync([Now], default);

        // A connection is there for what follows, and the endpoint is known; the statement is not, so that it is not prepared first.
        await store.AppendAsync(
            [Message(eventId is null ? "order-0-paid" : null) with { DeliverAt = Now.AddDays(1) }], leases: null, default);

        way.Hold();
        var append = store.AppendAsync([Message(eventId)], Leases, default);
        await way.HoldsAsync();
        (await CountAsync("messages")).Should().Be(2);
        way.Break();

        var result = (await append.InTimeAsync())[0];
        result.Should().BeEquivalentTo(new { DeliveryCount = 1, IsDuplicate = false });
        (await CountAsync("messages")).Should().Be(2);

        // The leases of the first try are known to nobody, and free again.
        (await _store.ClaimAsync(new ClaimRequest("other", Now, Now.AddMinutes(2), 10), default)).Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task An_append_whose_connection_breaks_in_the_middle_is_made_again()
    {
        await using var blocker = await BlockAsync("messages");
        var append = _store.AppendAsync([Message("order-1-paid")], Leases, default);
        await TerminateAsync("WITH matching");
        await blocker.DisposeAsync();

        (await append.InTimeAsync())[0].Should().BeEquivalentTo(new { DeliveryCount = 1, IsDuplicate = false });
        (await CountAsync("messages")).Should().Be(1);
    }

    [Fact]
    public async Task A_claim_whose_connection_breaks_in_the_middle_fails_and_leases_nothing()
    {
        await _store.ClaimAsync(new ClaimRequest("dispatcher", Now, Now.AddMinutes(2), 10), default);
        await _store.AppendAsync([Message()], leases: null, default);
        await using var blocker = await BlockAsync("pending");
        var claim = _store.ClaimAsync(new ClaimRequest("dispatcher", Now, Now.AddMinutes(2), 10), default);
        await TerminateAsync("WITH due");

        await claim.Invoking(task => task.InTimeAsync()).Should().ThrowAsync<WebhookStoreException>();
        await blocker.DisposeAsync();

        (await _store.ClaimAsync(new ClaimRequest("dispatcher", Now, Now.AddMinutes(2), 10), default)).Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task Outcomes_whose_connection_breaks_in_the_middle_fail_and_can_be_written_again()
    {
        var lease = (await _store.AppendAsync([Message()], Leases, default))[0].Leased.Single();
        await using var blocker = await BlockAsync("attempts");
        var complete = CompleteAsync(lease);
        await TerminateAsync("WITH outcome");

        await complete.Invoking(task => task.InTimeAsync()).Should().ThrowAsync<WebhookStoreException>();
        await blocker.DisposeAsync();

        (await CountAsync("attempts")).Should().Be(0);
        (await CompleteAsync(lease)).Should().Equal(true);
    }

    [Fact]
    public async Task The_end_of_a_pause_sees_what_an_append_holds_that_is_not_yet_committed()
    {
        var endpoint = new EndpointKey("acme", "ep_1");
        await _store.PauseEndpointAsync(new EndpointPause(endpoint, Now.AddHours(1), "dispatcher"), default);
        await using var blocker = await BlockAsync("messages_2026010100");
        var append = _store.AppendAsync([Message()], Leases, default);
        await WaitsAsync("WITH matching");
        var held = _store.ClaimHeldAsync(new HeldClaimRequest(endpoint, "dispatcher", Now, Now.AddMinutes(2), 10), default);
        await WaitsAsync("SELECT 1 FROM%FOR UPDATE");

        await blocker.DisposeAsync();

        (await append.InTimeAsync())[0].Leased.Should().BeEmpty();
        (await held.InTimeAsync()).Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task A_database_that_only_reads_is_named_as_such_and_used_again_when_it_writes()
    {
        await using var dataSource = await LimitedAsync("Options=-c default_transaction_read_only=on");
        await using var store = new PostgreSqlWebhookStore(dataSource, _schema.Options);
        await store.MakePartitionsAsync([], default);

        var append = () => store.AppendAsync([Message()], leases: null, default);
        var claim = () => store.ClaimAsync(new ClaimRequest("dispatcher", Now, Now.AddMinutes(2), 10), default);

        (await append.Should().ThrowAsync<WebhookStoreException>()).WithMessage("*only reads*primary*");
        (await claim.Should().ThrowAsync<WebhookStoreException>()).WithMessage("*only reads*primary*");
        (await CountAsync("messages")).Should().Be(0);
        (await store.GetEndpointAsync(new("acme", "ep_1"), default)).Should().NotBeNull("reading is still possible");
    }

    [Fact]
    public async Task A_pool_without_a_free_connection_is_named_as_such()
    {
        await using var dataSource = await LimitedAsync("Maximum Pool Size=1;Timeout=1");
        await using var store = new PostgreSqlWebhookStore(dataSource, _schema.Options);
        await store.InitializeAsync(default);
        var taken = await dataSource.OpenConnectionAsync();

        var append = () => store.AppendAsync([Message()], leases: null, default);
        (await append.Should().ThrowAsync<WebhookStoreException>()).WithMessage("*pool*");

        await taken.DisposeAsync();
        await append.Should().NotThrowAsync();
        (await CountAsync("messages")).Should().Be(1);
    }

    [Theory]
    [InlineData("Options=-c statement_timeout=500", 30)]
    [InlineData("", 1)]
    public async Task A_statement_that_takes_too_long_fails_and_stores_nothing(string setting, int commandTimeout)
    {
        await using var dataSource = await LimitedAsync(setting);
        var options = _schema.Options;
        options.CommandTimeout = TimeSpan.FromSeconds(commandTimeout);
        await using var store = new PostgreSqlWebhookStore(dataSource, options);
        await store.MakePartitionsAsync([Now], default);
        await using var blocker = await BlockAsync("messages");

        var append = () => store.AppendAsync([Message()], leases: null, default);

        await append.Should().ThrowAsync<WebhookStoreException>();
        await blocker.DisposeAsync();
        (await CountAsync("messages")).Should().Be(0);
        await append.Should().NotThrowAsync();
    }

    private async Task<IReadOnlyList<bool>> CompleteAsync(LeasedDelivery lease) => await _store.CompleteAsync(
        "dispatcher",
        [
            new DeliveryOutcome(
                new DeliveryAttempt
                {
                    Id = "atmpt_1",
                    TenantId = "acme",
                    DeliveryId = lease.Id,
                    Number = lease.AttemptNumber,
                    StartedAt = Now,
                    Duration = TimeSpan.Zero,
                    ErrorMessage = "a text with \0 and \ud800",
                },
                DeliveryStatus.Succeeded,
                RetryAt: null),
        ],
        default);

    private WebhookMessage Message(string? eventId = null) => new()
    {
        Id = _ids.Create("msg_", Now),
        TenantId = "acme",
        EventType = "order.paid",
        Payload = "{}"u8.ToArray(),
        Timestamp = Now,
        CreatedAt = Now,
        EventId = eventId,
    };

    private Task<long> CountAsync(string table) => _schema.ReadAsync<long>($"SELECT count(*) FROM {{schema}}.{table}");

    /// <summary>Lets nobody write a table until it is disposed of.</summary>
    private async Task<IAsyncDisposable> BlockAsync(string table)
    {
        var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {_schema.Name}.{table} IN EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return new Blocker(connection);
    }

    /// <summary>Waits until a statement waits for a lock.</summary>
    private Task WaitsAsync(string statement) => Patience.UntilAsync(async () => await _schema.ReadAsync<long>(
        $"""
        SELECT count(*) FROM pg_stat_activity
        WHERE query LIKE '%{statement}%' AND query LIKE '%{_schema.Name}%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
        """) > 0);

    /// <summary>Waits until a statement waits for a lock, and breaks its connection.</summary>
    private Task TerminateAsync(string statement) => Patience.UntilAsync(async () => await _schema.ReadAsync<long>(
        $"""
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE query LIKE '%{statement}%' AND query LIKE '%{_schema.Name}%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
        """) > 0);

    private static async Task<NpgsqlDataSource> LimitedAsync(string setting) =>
        NpgsqlDataSource.Create($"{(await PostgreSqlServer.Shared).ConnectionString};{setting}");

    private sealed class Blocker(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await using (var command = new NpgsqlCommand("ROLLBACK", connection))
                {
                    await command.ExecuteNonQueryAsync();
                }

                await connection.DisposeAsync();
            }
        }
    }
}
