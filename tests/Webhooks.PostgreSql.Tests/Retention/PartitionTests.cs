using Npgsql;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Retention;

public sealed class PartitionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

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
    public async Task A_host_makes_partitions_for_a_week_ahead()
    {
        await using var host = await TestHost.StartAsync(_schema);

        (await PartitionsAsync("messages")).Should().HaveCountGreaterThanOrEqualTo(8);
        (await PartitionsAsync("deliveries")).Should().HaveSameCount(await PartitionsAsync("attempts"));
    }

    [Fact]
    public async Task A_message_of_a_day_without_a_partition_gets_one()
    {
        await AppendAsync(FirstDay);
        await AppendAsync(FirstDay.AddDays(3).AddMilliseconds(-1));
        await AppendAsync(FirstDay.AddDays(3));

        (await PartitionsAsync("messages")).Should().Equal("messages_2026010100", "messages_2026010300", "messages_2026010400");
    }

    [Fact]
    public async Task A_partition_that_somebody_dropped_behind_the_stores_back_is_made_again()
    {
        await AppendAsync(FirstDay);
        await _schema.ExecuteAsync(
            "DROP TABLE {schema}.messages_2026010100; DROP TABLE {schema}.deliveries_2026010100; DROP TABLE {schema}.attempts_2026010100");

        await AppendAsync(FirstDay);

        (await PartitionsAsync("messages")).Should().ContainSingle();
    }

    [Fact]
    public async Task Another_length_of_partitions_fits_in_between_those_that_are_there()
    {
        await AppendAsync(FirstDay.AddDays(1));
        var options = _schema.Options;
        options.PartitionLength = TimeSpan.FromDays(7);
        await using var store = new PostgreSqlWebhookStore(_schema.DataSource, options);

        await store.AppendAsync([Message(FirstDay)], leases: null, default);
        await store.AppendAsync([Message(FirstDay.AddDays(2))], leases: null, default);
        await store.AppendAsync([Message(FirstDay.AddDays(1))], leases: null, default);

        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.messages")).Should().Be(4);
        (await PartitionsAsync("messages")).Should().HaveCount(3);
    }

    [Fact]
    public async Task Partitions_of_which_everything_is_old_are_dropped_with_all_that_belongs_to_them()
    {
        await AddEndpointAsync();
        for (var day = 0; day < 4; day++)
        {
            var lease = await AppendAsync(FirstDay.AddDays(day), $"event-{day}");
            await CompleteAsync(lease!);
        }

        await PruneAllAsync(FirstDay.AddDays(2).AddHours(12));

        (await PartitionsAsync("messages")).Should().Equal("messages_2026010300", "messages_2026010400");
        (await PartitionsAsync("deliveries")).Should().HaveCount(2);
        (await PartitionsAsync("attempts")).Should().HaveCount(2);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.message_ids")).Should().Be(1, "the message of 3 January is old too");
        (await _store.AppendAsync([Message(FirstDay, "event-0")], leases: null, default))[0].IsDuplicate.Should().BeFalse();
    }

    [Fact]
    public async Task Partitions_are_dropped_through_connections_that_prepare_statements_too()
    {
        await AppendAsync(FirstDay);
        await using var dataSource = NpgsqlDataSource.Create($"{(await PostgreSqlServer.Shared).ConnectionString};Max Auto Prepare=50");
        await using var store = new PostgreSqlWebhookStore(dataSource, _schema.Options);

        await store.PruneAsync(new PruneRequest(FirstDay.AddDays(10), FirstDay, 1000), default);

        (await PartitionsAsync("messages")).Should().BeEmpty();
    }

    [Fact]
    public async Task An_old_partition_with_a_pending_delivery_stays_and_loses_the_rest()
    {
        await AddEndpointAsync();
        await CompleteAsync((await AppendAsync(FirstDay))!);
        var pending = await AppendAsync(FirstDay.AddHours(1));

        await PruneAllAsync(FirstDay.AddDays(100));

        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.messages")).Should().Be(1);
        (await CompleteAsync(pending!)).Should().BeTrue();
        await PruneAllAsync(FirstDay.AddDays(100));
        (await PartitionsAsync("messages")).Should().BeEmpty();
    }

    [Fact]
    public async Task One_instance_prunes_at_a_time_and_nobody_has_to_wait_for_it()
    {
        await AddEndpointAsync();
        await CompleteAsync((await AppendAsync(FirstDay))!);
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await _store.AppendAsync([Message(FirstDay.AddDays(50))], transaction, default);

        // Dropping has to wait for the open transaction; others go on.
        var pruning = Task.Run(() => PruneAsync(FirstDay.AddDays(10)));
        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%{schema}%DETACH%CONCURRENTLY' AND wait_event_type = 'Lock'") == 1);
        await using var other = await _schema.OpenAsync();
        (await other.PruneAsync(new PruneRequest(FirstDay.AddDays(10), FirstDay.AddDays(10), 1000), default).InTimeAsync()).Should().Be(0);
        await other.AppendAsync([Message(FirstDay.AddDays(50)), Message(FirstDay.AddDays(20))], leases: null, default).InTimeAsync();
        await other.MakePartitionsAsync([FirstDay.AddDays(51)], default).InTimeAsync();
        pruning.IsCompleted.Should().BeFalse();

        await transaction.CommitAsync();
        (await pruning.InTimeAsync()).Should().BePositive();
    }

    [Fact]
    public async Task A_drop_that_was_broken_off_is_finished_by_the_next()
    {
        await AppendAsync(FirstDay);
        await using (var connection = await _schema.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await _store.AppendAsync([Message(FirstDay.AddDays(50))], transaction, default);
            using var broken = new CancellationTokenSource();
            var pruning = Task.Run(() => _store.PruneAsync(new PruneRequest(FirstDay.AddDays(10), FirstDay, 1000), broken.Token));
            await Patience.UntilAsync(async () => await _schema.ReadAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%{schema}%DETACH%CONCURRENTLY' AND wait_event_type = 'Lock'") == 1);
            await broken.CancelAsync();
            await pruning.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
            await transaction.RollbackAsync();
        }

        await PruneAllAsync(FirstDay.AddDays(10));

        (await PartitionsAsync("messages")).Should().Equal("messages_2026022000");
    }

    private static WebhookMessage Message(DateTimeOffset createdAt, string? eventId = null) => new()
    {
        Id = new WebhookIdGenerator().Create("msg_", createdAt),
        TenantId = "acme",
        EventType = "order.paid",
        Payload = "{}"u8.ToArray(),
        Timestamp = createdAt,
        CreatedAt = createdAt,
        EventId = eventId,
    };

    private async Task<LeasedDelivery?> AppendAsync(DateTimeOffset createdAt, string? eventId = null)
    {
        var results = await _store.AppendAsync(
            [Message(createdAt, eventId)], new LeaseGrant("dispatcher", createdAt.AddMinutes(1), 1), default);
        return results[0].Leased.SingleOrDefault();
    }

    private async Task<bool> CompleteAsync(LeasedDelivery lease)
    {
        var attempt = new DeliveryAttempt
        {
            Id = "atmpt_1",
            TenantId = "acme",
            DeliveryId = lease.Id,
            Number = lease.AttemptNumber,
            StartedAt = lease.Message.CreatedAt,
            Duration = TimeSpan.Zero,
            StatusCode = 200,
        };
        return (await _store.CompleteAsync("dispatcher", [new DeliveryOutcome(attempt, DeliveryStatus.Succeeded, null)], default))[0];
    }

    private Task<bool> AddEndpointAsync() => _store.InsertEndpointAsync(
        new StoredEndpoint(
            new WebhookEndpoint
            {
                Id = "ep_1",
                TenantId = "acme",
                Settings = new EndpointSettings { Url = "https://receiver.test/", EventTypes = ["*"] },
                Version = 1,
                CreatedAt = FirstDay,
                UpdatedAt = FirstDay,
            },
            "{}"),
        default);

    private Task<int> PruneAsync(DateTimeOffset before) => _store.PruneAsync(new PruneRequest(before, FirstDay, 1000), default);

    private async Task PruneAllAsync(DateTimeOffset before)
    {
        while (await PruneAsync(before) > 0)
        {
        }
    }

    private async Task<List<string>> PartitionsAsync(string table)
    {
        await using var command = _schema.DataSource.CreateCommand(
            $"SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            + $"WHERE n.nspname = '{_schema.Name}' AND c.relkind = 'r' AND c.relname ~ '^{table}_' ORDER BY 1");
        await using var rows = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await rows.ReadAsync())
        {
            names.Add(rows.GetString(0));
        }

        names.Remove("message_ids");
        return names;
    }
}
