using Npgsql;

namespace Webhooks.PostgreSql.Tests.Server;

/// <summary>A schema of a test's own, gone at its end.</summary>
internal sealed class TestSchema : IAsyncDisposable
{
    private TestSchema(NpgsqlDataSource dataSource) => DataSource = dataSource;

    public NpgsqlDataSource DataSource { get; }

    public string Name { get; } = $"test_{Guid.NewGuid():n}";

    public PostgreSqlStoreOptions Options => new() { Schema = Name };

    public static async Task<TestSchema> CreateAsync() => new((await PostgreSqlServer.Shared).DataSource);

    public static TestSchema On(PostgreSqlServer server) => new(server.DataSource);

    /// <summary>Makes a store on the schema, initialized.</summary>
    public async Task<PostgreSqlWebhookStore> OpenAsync()
    {
        var store = new PostgreSqlWebhookStore(DataSource, Options);
        await store.InitializeAsync(default);
        return store;
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql.Replace("{schema}", Name));
        command.CommandTimeout = 300;
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql.Replace("{schema}", Name));
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Deletes all rows but that of the version, if the tables are there.</summary>
    public Task ClearAsync() => ExecuteAsync(
        """
        DO $$
        DECLARE name text;
        BEGIN
          FOR name IN
            SELECT oid::regclass::text FROM pg_class
            WHERE relnamespace = to_regnamespace('{schema}') AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'schema_version'
          LOOP
            EXECUTE 'DELETE FROM ' || name;
          END LOOP;
        END $$
        """);

    public async ValueTask DisposeAsync() => await ExecuteAsync("DROP SCHEMA IF EXISTS {schema} CASCADE");
}
