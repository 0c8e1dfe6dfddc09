using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.EntityFrameworkCore.Tests.Shop;

/// <summary>A host with orders and webhooks in one database, and one endpoint for everything.</summary>
internal sealed class ShopHost : IAsyncDisposable
{
    private readonly TestSchema _schema;
    private readonly string _connectionString;

    private ShopHost(TestSchema schema, string connectionString, TestHost host)
    {
        _schema = schema;
        _connectionString = connectionString;
        Host = host;
    }

    public TestHost Host { get; }

    public TestSchema Schema => _schema;

    public IServiceProvider Services => Host.Services;

    public static async Task<ShopHost> StartAsync(
        Action<NpgsqlDbContextOptionsBuilder>? npgsql = null, Action<DbContextOptionsBuilder>? options = null)
    {
        var schema = await TestSchema.CreateAsync();
        var connectionString = In(schema, (await PostgreSqlServer.Shared).ConnectionString);
        var host = await TestHost.StartAsync(schema, services: services =>
        {
            services.AddDbContextFactory<ShopContext>(Configure);

            void Configure(IServiceProvider provider, DbContextOptionsBuilder builder)
            {
                builder.UseNpgsql(connectionString, npgsql).UseWebhooks();
                options?.Invoke(builder);
            }
        });
        await host.AddEndpointAsync();
        await schema.ExecuteAsync("CREATE TABLE {schema}.orders (id int PRIMARY KEY, status text NOT NULL)");
        return new ShopHost(schema, connectionString, host);
    }

    /// <summary>Makes the host's tables be found without the schema's name.</summary>
    public static string In(TestSchema schema, string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema.Name }.ConnectionString;

    public ShopContext CreateContext() => Services.GetRequiredService<IDbContextFactory<ShopContext>>().CreateDbContext();

    /// <summary>Makes a context that goes another way to the database.</summary>
    public ShopContext CreateContext(string connectionString, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null, Action<DbContextOptionsBuilder>? options = null)
    {
        var builder = new DbContextOptionsBuilder<ShopContext>()
            .UseNpgsql(In(_schema, connectionString), npgsql)
            .UseWebhooks(Services);
        options?.Invoke(builder);
        return new ShopContext(builder.Options);
    }

    public string ConnectionString => _connectionString;

    public NpgsqlConnection CreateConnection() => new(_connectionString);

    /// <summary>The orders that are there, by id.</summary>
    public async Task<IReadOnlyList<int>> OrdersAsync() => await ReadAsync("SELECT id FROM {schema}.orders ORDER BY id");

    /// <summary>The orders that stored events tell of, by id.</summary>
    public async Task<IReadOnlyList<int>> EventsAsync() => await ReadAsync(
        "SELECT (convert_from(payload, 'UTF8')::json -> 'data' ->> 'id')::int AS id FROM {schema}.messages ORDER BY id");

    /// <summary>Orders and events are these and no others.</summary>
    public async Task ShouldHaveAsync(params int[] ids)
    {
        (await OrdersAsync()).Should().Equal(ids);
        (await EventsAsync()).Should().Equal(ids);
    }

    /// <summary>Lets webhooks not be stored until <see cref="HealAsync"/>.</summary>
    public Task BreakAsync() => _schema.ExecuteAsync("ALTER TABLE {schema}.message_ids RENAME TO gone");

    public Task HealAsync() => _schema.ExecuteAsync("ALTER TABLE {schema}.gone RENAME TO message_ids");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _schema.DisposeAsync();
    }

    private async Task<IReadOnlyList<int>> ReadAsync(string sql)
    {
        var ids = new List<int>();
        await using var command = _schema.DataSource.CreateCommand(sql.Replace("{schema}", _schema.Name));
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            ids.Add(rows.GetInt32(0));
        }

        return ids;
    }
}
