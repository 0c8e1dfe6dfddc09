using Microsoft.EntityFrameworkCore;
using Npgsql;
using Webhooks.EntityFrameworkCore.Store;
using Webhooks.EntityFrameworkCore.Tests.Shop;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>A schema of a test's own with the tables of a store.</summary>
internal sealed class StoreSchema : IAsyncDisposable
{
    /// <summary>What a migration would do. It is worked out once, because that takes longer than most tests.</summary>
    private static readonly Lazy<string> Script = new(static () =>
    {
        using var context = new StoreContext(new DbContextOptionsBuilder<StoreContext>().UseNpgsql("Host=nowhere").Options);
        return context.Database.GenerateCreateScript();
    });

    private static readonly string[] Tables = ["attempt", "name", "delivery", "message", "subscription", "endpoint", "rate", "replay"];

    private readonly TestSchema _schema;
    private readonly DbContextOptions<StoreContext> _options;

    private StoreSchema(TestSchema schema, DbContextOptions<StoreContext> options)
    {
        _schema = schema;
        _options = options;
    }

    public TestSchema Schema => _schema;

    public static async Task<StoreSchema> CreateAsync()
    {
        var schema = await TestSchema.CreateAsync();
        var connectionString = ShopHost.In(
            schema, (await PostgreSqlServer.Shared).ConnectionString + $";Maximum Pool Size=20;Timeout=30;Application Name={schema.Name}");
        var options = new DbContextOptionsBuilder<StoreContext>().UseNpgsql(connectionString).Options;
        await schema.ExecuteAsync("CREATE SCHEMA {schema}; SET search_path TO {schema}; " + Script.Value + "; RESET search_path");
        return new StoreSchema(schema, options);
    }

    /// <summary>Opens a connection of somebody else.</summary>
    public async Task<NpgsqlConnection> OpenConnectionAsync()
    {
        await using var context = CreateContext();
        var connection = new NpgsqlConnection(context.Database.GetConnectionString());
        await connection.OpenAsync();
        return connection;
    }

    public StoreContext CreateContext() => new(_options);

    public EntityFrameworkStore CreateStore() => new(CreateContext);

    /// <summary>Deletes all rows.</summary>
    public Task ClearAsync() => _schema.ExecuteAsync(
        string.Concat(Tables.Select(static table => $"DELETE FROM {{schema}}.webhook_{table};")));

    public async ValueTask DisposeAsync()
    {
        await using (var context = CreateContext())
        {
            NpgsqlConnection.ClearPool((NpgsqlConnection)context.Database.GetDbConnection());
        }

        await _schema.DisposeAsync();
    }
}
