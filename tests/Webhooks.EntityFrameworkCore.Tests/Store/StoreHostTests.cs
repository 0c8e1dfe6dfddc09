using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.EntityFrameworkCore.Tests.Shop;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>A host whose one context has its orders and its webhooks.</summary>
public sealed class StoreHostTests : IAsyncLifetime, IDisposable
{
    private readonly Receiver _receiver = new();
    private TestSchema _schema = null!;
    private IHost _host = null!;

    private IDbContextFactory<OrderContext> Contexts => _host.Services.GetRequiredService<IDbContextFactory<OrderContext>>();

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        await _schema.ExecuteAsync("CREATE SCHEMA {schema}");
        var connectionString = ShopHost.In(_schema, (await PostgreSqlServer.Shared).ConnectionString);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddPooledDbContextFactory<OrderContext>(options => options
            .UseNpgsql(connectionString, npgsql => npgsql.EnableRetryOnFailure())
            .UseWebhooks());
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseEntityFrameworkCore<OrderContext>()
            .AddEventType("order.paid")
            .ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => _receiver))
            .Configure(options => options.Dispatcher.PollInterval = TimeSpan.FromSeconds(1)));
        _host = builder.Build();
        await using (var context = await Contexts.CreateDbContextAsync())
        {
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
        }

        await _host.StartAsync().InTimeAsync();
        await _host.Services.GetRequiredService<IWebhookEndpoints>()
            .CreateAsync(new EndpointSettings { Url = "https://receiver.test/", EventTypes = ["*"] });
    }

    public void Dispose() => _receiver.Dispose();

    public async Task DisposeAsync()
    {
        await _host.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_is_delivered()
    {
        var result = await _host.Services.GetRequiredService<IWebhookPublisher>().PublishAsync("order.paid", new { Id = 1 });

        (await _receiver.ReceivedAsync(1))[0].MessageId.Should().Be(result.MessageId);
    }

    [Fact]
    public async Task An_event_is_saved_with_the_changes_and_delivered()
    {
        await using var context = await Contexts.CreateDbContextAsync();
        context.Orders.Add(new Order { Id = 1 });
        var messageId = context.PublishWebhook("order.paid", new { Id = 1 });

        await context.SaveChangesAsync();

        (await _receiver.ReceivedAsync(1))[0].MessageId.Should().Be(messageId);
        await _host.Services.GetRequiredService<IWebhookPublisher>().PublishAsync("order.paid", new { Id = 2 });
        await _receiver.ReceivedAsync(2);
        (await context.Orders.AsNoTracking().CountAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing()
    {
        await using var context = await Contexts.CreateDbContextAsync();
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
            await using var context = await Contexts.CreateDbContextAsync();
            context.Orders.Add(new Order { Id = id });
            context.PublishWebhook("order.paid", new { Id = id }, new PublishOptions { EventId = "the-same" });
            await context.SaveChangesAsync();
        })).InTimeAsync();

        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.orders")).Should().Be(8);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.webhook_message")).Should().Be(1);
        await _receiver.ReceivedAsync(1);
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

    private sealed class OrderContext(DbContextOptions<OrderContext> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Order>(order =>
            {
                order.ToTable("orders");
                order.Property(o => o.Id).HasColumnName("id").ValueGeneratedNever();
            });
            modelBuilder.AddWebhooks();
        }
    }
}
