using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Webhooks.EntityFrameworkCore.Store;
using Webhooks.EntityFrameworkCore.Tests.Shop;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>A schema of a test's own with the tables of a store, made as a migration would.</summary>
internal sealed class StoreSchema : IAsyncDisposable
{
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
        var connectionString = ShopHost.In(schema, (await PostgreSqlServer.Shared).ConnectionString + ";Maximum Pool Size=20;Timeout=30");
        var options = new DbContextOptionsBuilder<StoreContext>().UseNpgsql(connectionString).Options;
        await schema.ExecuteAsync("CREATE SCHEMA {schema}");
        await using var context = new StoreContext(options);
        await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
        return new StoreSchema(schema, options);
    }

    public StoreContext CreateContext() => new(_options);

    public EntityFrameworkStore CreateStore() => new(CreateContext);

    public async ValueTask DisposeAsync()
    {
        await using (var context = CreateContext())
        {
            Npgsql.NpgsqlConnection.ClearPool((Npgsql.NpgsqlConnection)context.Database.GetDbConnection());
        }

        await _schema.DisposeAsync();
    }
}
