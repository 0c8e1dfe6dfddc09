using Npgsql;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.PostgreSql.Tests;

public sealed class SchemaTests : IAsyncLifetime
{
    private TestSchema _schema = null!;

    public async Task InitializeAsync() => _schema = await TestSchema.CreateAsync();

    public async Task DisposeAsync() => await _schema.DisposeAsync();

    [Fact]
    public async Task Ten_instances_can_start_at_once_on_an_empty_database()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(_schema.OpenAsync)));
        await Task.WhenAll(stores.Select(store => Task.Run(
            () => store.MakePartitionsAsync(Enumerable.Range(0, 5).Select(day => DateTimeOffset.UnixEpoch.AddDays(day)), default))));

        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.schema_version")).Should().Be(PostgreSqlSchema.CurrentVersion);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = '{schema}.messages'::regclass")).Should().Be(5);
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused_and_left_as_they_are()
    {
        await using (await _schema.OpenAsync())
        {
            await _schema.ExecuteAsync("INSERT INTO {schema}.schema_version (version) VALUES (99)");
        }

        var open = _schema.OpenAsync;

        (await open.Should().ThrowAsync<WebhookStoreException>()).WithMessage("*version 99*Update Webhooks.PostgreSql*");
    }

    [Fact]
    public async Task Without_migration_at_start_missing_tables_are_reported_with_the_way_to_make_them()
    {
        var options = _schema.Options;
        options.MigrateAtStart = false;
        await using var store = new PostgreSqlWebhookStore(_schema.DataSource, options);
        var initialize = () => store.InitializeAsync(default);

        (await initialize.Should().ThrowAsync<WebhookStoreException>()).WithMessage("*missing*PostgreSqlSchema.Script*");
        (await _schema.ReadAsync<bool>("SELECT to_regnamespace('{schema}') IS NULL")).Should().BeTrue();

        await _schema.ExecuteAsync(PostgreSqlSchema.Script(_schema.Name));
        await initialize.Should().NotThrowAsync();
    }

    [Fact]
    public async Task A_role_without_the_right_to_make_schemas_can_use_one_that_is_there()
    {
        var role = $"role_{_schema.Name}";
        await _schema.ExecuteAsync($"CREATE SCHEMA {{schema}}; CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA {{schema}} TO {role}");
        try
        {
            var connectionString = new NpgsqlConnectionStringBuilder((await PostgreSqlServer.Shared).ConnectionString) { Username = role, Pooling = false };
            await using var store = new PostgreSqlWebhookStore(connectionString.ToString(), _schema.Options);

            await store.InitializeAsync(default);

            (await store.GetEndpointAsync(new("acme", "ep"), default)).Should().BeNull();
        }
        finally
        {
            await _schema.ExecuteAsync($"DROP SCHEMA {{schema}} CASCADE; DROP ROLE {role}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Webhooks")]
    [InlineData("a\"; DROP TABLE x; --")]
    [InlineData("1st")]
    [InlineData("a_name_that_is_longer_than_forty_letters_")]
    public void A_schema_that_is_no_plain_name_is_refused(string schema)
    {
        var script = () => PostgreSqlSchema.Script(schema);
        var create = () => new PostgreSqlWebhookStore("Host=localhost", new PostgreSqlStoreOptions { Schema = schema });

        script.Should().Throw<WebhookValidationException>().WithMessage("schema*");
        create.Should().Throw<WebhookValidationException>().WithMessage("schema*");
    }

    [Fact]
    public void A_wrong_connection_string_is_refused_without_repeating_it()
    {
        var create = () => new PostgreSqlWebhookStore("Host=localhost;Password=secret;Nonsense=1");

        create.Should().Throw<WebhookValidationException>().Which.Message.Should().StartWith("connectionString").And.NotContain("secret");
    }
}
