using System.Data.Common;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Tests.Hosts;

/// <summary>The database does not read payloads: an instance says which filters a message meets, of those that it knows.</summary>
public sealed class FilterTests : IAsyncLifetime
{
    private const string Large = """{"data":{"total":{"$gte":100}}}""";
    private const string Small = """{"data":{"total":{"$lt":100}}}""";

    private TestSchema _schema = null!;
    private TestHost _host = null!;
    private PostgreSqlWebhookStore _store = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _host = await TestHost.StartAsync(_schema);
        _store = await _schema.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _host.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task What_another_instance_has_just_changed_about_a_filter_counts_for_the_next_publish()
    {
        await using var other = await TestHost.StartAsync(_schema, dispatches: false);
        var id = await AddEndpointAsync(Large);
        (await PublishAsync(1)).Should().Be(0);
        (await PublishAsync(200)).Should().Be(1);

        await other.Endpoints.UpdateAsync(id, Settings(Small));
        (await PublishAsync(1)).Should().Be(1);
        (await PublishAsync(200)).Should().Be(0);

        await other.Endpoints.UpdateAsync(id, Settings(filter: null));
        (await PublishAsync(200)).Should().Be(1);
    }

    [Fact]
    public async Task In_the_hosts_transaction_a_filter_counts_as_it_is_then()
    {
        var id = await AddEndpointAsync(Large);
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        (await PublishAsync(1, transaction)).Should().Be(0);
        (await PublishAsync(200, transaction)).Should().Be(1);
        await _host.Endpoints.UpdateAsync(id, Settings(Small));
        (await PublishAsync(1, transaction)).Should().Be(1);
        await transaction.CommitAsync();

        (await _host.Receiver.ReceivedAsync(2)).Should().HaveCount(2);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.messages")).Should().Be(3);
    }

    [Fact]
    public async Task Endpoints_are_looked_up_once_until_one_changes()
    {
        await AddEndpointAsync(Large);
        await CountAsync();
        (await CountAsync()).Should().Be(1);
        (await CountAsync("invoice.paid")).Should().Be(2, "who subscribes to it was not asked before");
        (await CountAsync("invoice.paid")).Should().Be(1);

        var id = await AddEndpointAsync(Small);
        (await CountAsync()).Should().Be(3, "the append finds out that they have changed");
        (await CountAsync()).Should().Be(1);
        await _host.Endpoints.DisableAsync(id);
        (await CountAsync()).Should().Be(3);
        (await CountAsync()).Should().Be(1);

        async Task<long> CountAsync(string eventType = "order.paid")
        {
            var now = TimeProvider.System.GetUtcNow();
            var message = new WebhookMessage
            {
                Id = new WebhookIdGenerator().Create(WebhookIdGenerator.MessagePrefix, now),
                TenantId = WebhooksDefaults.TenantId,
                EventType = eventType,
                Payload = """{"data":{"total":1}}"""u8.ToArray(),
                Timestamp = now,
                CreatedAt = now,
            };

            // A store of its own: the host's own work does not count.
            var before = _store.Database.StatementCount;
            await _store.AppendAsync([message], leases: null, default);
            return _store.Database.StatementCount - before;
        }
    }

    private static EndpointSettings Settings(string? filter) =>
        new() { Url = "https://receiver.test/", EventTypes = ["*"], Filter = filter };

    private async Task<string> AddEndpointAsync(string? filter) => (await _host.Endpoints.CreateAsync(Settings(filter))).Endpoint.Id;

    private async Task<int> PublishAsync(int total, DbTransaction? transaction = null)
    {
        var published = transaction is null
            ? _host.Publisher.PublishAsync("order.paid", new { total })
            : _host.Publisher.PublishAsync("order.paid", new { total }, transaction);
        return (await published.InTimeAsync()).DeliveryCount;
    }
}
