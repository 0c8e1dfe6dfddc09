using Npgsql;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Tests.Hosts;

public sealed class TransactionTests : IAsyncLifetime
{
    private TestSchema _schema = null!;
    private TestHost _host = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _host = await TestHost.StartAsync(_schema);
        await _host.AddEndpointAsync();
        await _schema.ExecuteAsync("CREATE TABLE {schema}.orders (id int)");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task Events_are_delivered_at_once_when_the_hosts_transaction_is_committed_and_not_before()
    {
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await InsertOrderAsync(transaction);
        var result = await PublishAsync(transaction);

        result.Should().BeEquivalentTo(new { DeliveryCount = 1, IsDuplicate = false });
        (await _host.Log.GetMessageAsync(result.MessageId)).Should().BeNull();
        await _host.PublishAsync();
        (await _host.Receiver.ReceivedAsync(1)).Should().NotContain(request => request.MessageId == result.MessageId);

        await transaction.CommitAsync();

        (await _host.Receiver.ReceivedAsync(2))[1].MessageId.Should().Be(result.MessageId);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.orders")).Should().Be(1);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing()
    {
        await using (var connection = await _schema.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await InsertOrderAsync(transaction);
            await PublishAsync(transaction, "order-1-paid");
            await transaction.RollbackAsync();
        }

        (await _schema.ReadAsync<long>(
            "SELECT (SELECT count(*) FROM {schema}.messages) + (SELECT count(*) FROM {schema}.pending) + (SELECT count(*) FROM {schema}.message_ids)"))
            .Should().Be(0);
        (await _host.PublishAsync("order-1-paid")).IsDuplicate.Should().BeFalse();
        (await _host.Receiver.ReceivedAsync(1)).Should().ContainSingle();
    }

    [Fact]
    public async Task Duplicates_are_found_inside_a_transaction_and_behind_it()
    {
        var first = await _host.PublishAsync("order-1-paid");
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        var second = await PublishAsync(transaction, "order-1-paid");
        var third = await PublishAsync(transaction, "order-2-paid");
        var fourth = await PublishAsync(transaction, "order-2-paid");
        await transaction.CommitAsync();

        second.Should().Be(first with { IsDuplicate = true });
        fourth.Should().Be(third with { IsDuplicate = true });
        (await _host.PublishAsync("order-2-paid")).Should().Be(fourth);
    }

    [Fact]
    public async Task Open_transactions_of_ten_publishers_do_not_hold_up_an_eleventh()
    {
        var open = new List<NpgsqlTransaction>();
        for (var i = 0; i < 10; i++)
        {
            var connection = await _schema.DataSource.OpenConnectionAsync();
            open.Add(await connection.BeginTransactionAsync());
            await InsertOrderAsync(open[i]);
            await PublishAsync(open[i], $"order-{i}-paid");
        }

        // Everything that others do goes on while the ten are open: publish, dispatch, change endpoints, prune.
        var endpoint = await _host.AddEndpointAsync("https://second.test/");
        await _host.PublishAsync("order-11-paid");
        await _host.Receiver.ReceivedAsync(2);
        await using (var connection = await _schema.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await PublishAsync(transaction, "order-12-paid").InTimeAsync();
            await transaction.CommitAsync();
        }

        await _host.Receiver.ReceivedAsync(4);
        await _host.Endpoints.DeleteAsync(endpoint.EndpointId).InTimeAsync();
        await _host.Store.MakePartitionsAsync([TimeProvider.System.GetUtcNow().AddDays(400)], default).InTimeAsync();

        foreach (var transaction in open)
        {
            var connection = transaction.Connection!;
            await transaction.CommitAsync();
            await connection.DisposeAsync();
        }

        // The deleted endpoint was there when the ten published, or was not: only the first one's deliveries are sure.
        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending") == 0);
        _host.Receiver.Requests.Count(request => request.Url.Host == "receiver.test").Should().Be(12);
    }

    [Fact]
    public async Task Only_the_publisher_of_the_same_event_waits_for_an_open_transaction()
    {
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var first = await PublishAsync(transaction, "order-1-paid");

        var same = Enumerable.Range(0, 3).Select(_ => _host.PublishAsync("order-1-paid")).ToList();
        var others = Enumerable.Range(2, 20).Select(i => _host.PublishAsync($"order-{i}-paid"));

        (await Task.WhenAll(others).InTimeAsync()).Should().OnlyContain(result => !result.IsDuplicate);
        same.Should().OnlyContain(call => !call.IsCompleted);

        await transaction.CommitAsync();
        (await Task.WhenAll(same).InTimeAsync()).Should().OnlyContain(result => result.IsDuplicate && result.MessageId == first.MessageId);
    }

    [Fact]
    public async Task A_message_whose_event_was_committed_by_another_while_it_waited_is_a_duplicate_and_its_id_stays_free()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var connection = await _schema.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var first = await PublishAsync(transaction, $"order-{i}-paid");
            var waiting = _host.Publisher.PublishAsync(
                "order.paid", new { Id = 1 }, new PublishOptions { EventId = $"order-{i}-paid", MessageId = $"run-{i}" });
            await Patience.UntilAsync(async () => await _schema.ReadAsync<long>(
                $"SELECT count(*) FROM pg_stat_activity WHERE {connection.ProcessID} = ANY(pg_blocking_pids(pid))") > 0);

            await transaction.CommitAsync();

            (await waiting.InTimeAsync()).Should().BeEquivalentTo(new { first.MessageId, IsDuplicate = true });
            var free = await _host.Publisher.PublishAsync("order.paid", new { Id = 1 }, new PublishOptions { MessageId = $"run-{i}" });
            free.IsDuplicate.Should().BeFalse();
        }
    }

    [Fact]
    public async Task When_the_open_transaction_rolls_back_the_waiting_publisher_is_the_first()
    {
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await PublishAsync(transaction, "order-1-paid");
        var waiting = _host.PublishAsync("order-1-paid");

        await transaction.RollbackAsync();

        (await waiting).IsDuplicate.Should().BeFalse();
        await _host.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task A_transaction_that_has_ended_is_refused()
    {
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.CommitAsync();

        var publish = () => PublishAsync(transaction);

        await publish.Should().ThrowAsync<InvalidOperationException>().WithMessage("*ransaction*completed*");
    }

    private Task<PublishResult> PublishAsync(NpgsqlTransaction transaction, string? eventId = null) =>
        _host.Publisher.PublishAsync("order.paid", new { Id = 1 }, transaction, new PublishOptions { EventId = eventId });

    private async Task InsertOrderAsync(NpgsqlTransaction transaction)
    {
        await using var insert = new NpgsqlCommand($"INSERT INTO {_schema.Name}.orders VALUES (1)", transaction.Connection, transaction);
        await insert.ExecuteNonQueryAsync();
    }
}
