using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.EntityFrameworkCore.Tests.Shop;
using Webhooks.Log;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>Hosts whose one context has their orders and their webhooks.</summary>
public sealed class StoreHostTests : IAsyncLifetime
{
    private TestSchema _schema = null!;
    private string _connectionString = null!;
    private StoreHost _host = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        await _schema.ExecuteAsync("CREATE SCHEMA {schema}");
        _connectionString = ShopHost.In(_schema, (await PostgreSqlServer.Shared).ConnectionString);
        await using (var context = new OrderContext(new DbContextOptionsBuilder<OrderContext>().UseNpgsql(_connectionString).Options))
        {
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
        }

        _host = await StoreHost.StartAsync(_connectionString);
        await _host.AddEndpointAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_is_delivered()
    {
        var result = await _host.PublishAsync();

        (await _host.Receiver.ReceivedAsync(1))[0].MessageId.Should().Be(result.MessageId);
    }

    [Fact]
    public async Task A_failed_attempt_is_made_again()
    {
        await _host.Endpoints.DeleteAsync((await _host.Endpoints.ListAsync(new EndpointQuery())).Items[0].Id);
        await _host.AddEndpointAsync(TimeSpan.Zero);
        _host.Receiver.Gate = Task.FromException(new HttpRequestException("refused"));
        var result = await _host.PublishAsync();
        await _host.Receiver.ReceivedAsync(1);
        _host.Receiver.Gate = Task.CompletedTask;

        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>(
            """SELECT count(*) FROM {schema}.webhook_delivery WHERE "Status" = 1""") == 1);

        _host.Receiver.Requests.Select(request => request.MessageId).Distinct().Should().Equal(result.MessageId);
    }

    [Fact]
    public async Task What_a_dead_instance_had_leased_is_delivered_by_another_when_the_lease_ends()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using (var dead = await StoreHost.StartAsync(_connectionString, dispatches: false))
        {
            var lease = new LeaseGrant("dead", now.AddMilliseconds(300), Limit: 1);
            var message = new WebhookMessage
            {
                Id = "msg_lost",
                TenantId = WebhooksDefaults.TenantId,
                EventType = "order.paid",
                Payload = "{}"u8.ToArray(),
                Timestamp = now,
                CreatedAt = now,
            };
            (await dead.Store.AppendAsync([message], lease, default))[0].Leased.Should().ContainSingle();
        }

        (await _host.Receiver.ReceivedAsync(1))[0].MessageId.Should().Be("msg_lost");
        TimeProvider.System.GetUtcNow().Should().BeOnOrAfter(now.AddMilliseconds(300));
    }

    [Fact]
    public async Task Two_instances_deliver_each_event_once()
    {
        const int Events = 40;
        await using var other = await StoreHost.StartAsync(_connectionString);
        await using var publisher = await StoreHost.StartAsync(_connectionString, dispatches: false);

        await Task.WhenAll(Enumerable.Range(0, Events).Select(id => new[] { _host, other, publisher }[id % 3].PublishAsync(id)));

        await Patience.UntilAsync(() => Task.FromResult(_host.Receiver.Requests.Count + other.Receiver.Requests.Count >= Events));
        _host.Receiver.Requests.Concat(other.Receiver.Requests).Select(request => request.MessageId)
            .Should().HaveCount(Events).And.OnlyHaveUniqueItems();
        publisher.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task An_event_is_saved_with_the_changes_and_delivered()
    {
        await using var context = _host.CreateContext();
        context.Orders.Add(new Order { Id = 1 });
        var messageId = context.PublishWebhook("order.paid", new { Id = 1 });

        await context.SaveChangesAsync();

        (await _host.Receiver.ReceivedAsync(1))[0].MessageId.Should().Be(messageId);
        await _host.PublishAsync(2);
        await _host.Receiver.ReceivedAsync(2);
        (await context.Orders.AsNoTracking().CountAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing()
    {
        await using var context = _host.CreateContext();
        var messageId = "";
        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Orders.Add(new Order { Id = 1 });
            messageId = context.PublishWebhook("order.paid", new { Id = 1 });
            await context.SaveChangesAsync();
        });

        (await _host.Services.GetRequiredService<IWebhookLog>().GetMessageAsync(messageId)).Should().BeNull();
        (await context.Orders.AsNoTracking().CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task An_event_id_that_somebody_else_uses_at_the_same_time_is_stored_once()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(async id =>
        {
            await using var context = _host.CreateContext();
            context.Orders.Add(new Order { Id = id });
            context.PublishWebhook("order.paid", new { Id = id }, new PublishOptions { EventId = "the-same" });
            await context.SaveChangesAsync();
        })).InTimeAsync();

        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.orders")).Should().Be(8);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.webhook_message")).Should().Be(1);
        await _host.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task A_model_without_the_tables_stops_the_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddDbContextFactory<ShopContext>(options => options.UseNpgsql("Host=nowhere"));
        builder.Services.AddWebhooks(webhooks => webhooks.UseEntityFrameworkCore<ShopContext>());
        using var host = builder.Build();

        var start = () => host.StartAsync();

        await start.Should().ThrowAsync<WebhookStoreException>().WithMessage("*ShopContext*AddWebhooks()*migration*");
    }
}
