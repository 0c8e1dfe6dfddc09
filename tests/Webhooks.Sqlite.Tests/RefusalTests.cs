namespace Webhooks.Sqlite.Tests;

public sealed class RefusalTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_was()
    {
        await File.WriteAllTextAsync(_directory.File(), string.Concat(Enumerable.Repeat("This is a diary.\n", 1000)));

        await ShouldBeRefusedAsync("*not a SQLite database*");
    }

    [Fact]
    public async Task A_truncated_database_is_refused_and_left_as_it_was()
    {
        await CreateAsync();
        await using (var file = File.OpenWrite(_directory.File()))
        {
            file.SetLength(file.Length / 2);
        }

        await ShouldBeRefusedAsync("*damaged*");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_as_it_was()
    {
        await CreateAsync();
        HostConnection.Execute(_directory.File(), "UPDATE webhook_schema SET version = 1000");

        await ShouldBeRefusedAsync("*of version 1000*knows version * at most*");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_left_as_it_was_even_if_its_process_was_killed()
    {
        using var killed = new TempDirectory();
        using (var connection = HostConnection.Open(killed.File()))
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute("CREATE TABLE webhook_schema (version INTEGER); INSERT INTO webhook_schema VALUES (1000);");
            File.Copy(killed.File(), _directory.File());
            File.Copy(killed.File("webhooks.db-wal"), _directory.File("webhooks.db-wal"));
        }

        using var store = A.Store(_directory.File());
        var before = _directory.ReadAll();
        await store.Invoking(it => it.InitializeAsync(default)).Should().ThrowAsync<WebhookStoreException>();

        var after = _directory.ReadAll();
        after["webhooks.db"].Should().Equal(before["webhooks.db"]);
        after["webhooks.db-wal"].Should().Equal(before["webhooks.db-wal"]);
    }

    [Fact]
    public async Task A_missing_directory_is_named()
    {
        using var store = A.Store(_directory.File("missing/webhooks.db"));

        (await store.Invoking(it => it.InitializeAsync(default)).Should().ThrowAsync<WebhookStoreException>())
            .WithMessage("*missing' does not exist*");
    }

    [Fact]
    public async Task A_directory_in_place_of_a_file_is_named()
    {
        Directory.CreateDirectory(_directory.File());
        using var store = A.Store(_directory.File());

        (await store.Invoking(it => it.InitializeAsync(default)).Should().ThrowAsync<WebhookStoreException>())
            .WithMessage("*is a directory*");
    }

    [Fact]
    public async Task A_store_that_could_not_be_opened_is_opened_by_a_later_call()
    {
        using var store = A.Store(_directory.File("later/webhooks.db"));
        await store.Invoking(it => it.InitializeAsync(default)).Should().ThrowAsync<WebhookStoreException>();

        Directory.CreateDirectory(_directory.File("later"));

        (await store.InsertEndpointAsync(A.Endpoint(), default)).Should().BeTrue();
    }

    [Fact]
    public async Task A_file_that_another_process_keeps_locked_is_an_error_with_the_setting_in_it()
    {
        await CreateAsync();
        var options = A.Options(_directory.File());
        options.BusyTimeout = TimeSpan.Zero;
        using var store = new SqliteWebhookStore(options);
        await store.InitializeAsync(default);
        using var other = HostConnection.Open(_directory.File());
        using var transaction = other.BeginTransaction();

        (await store.Invoking(it => it.InsertEndpointAsync(A.Endpoint(), default)).Should().ThrowAsync<WebhookStoreException>())
            .WithMessage("*BusyTimeout*");

        transaction.Rollback();
        (await store.InsertEndpointAsync(A.Endpoint(), default)).Should().BeTrue();
    }

    [Theory]
    [InlineData("Data Source=:memory:", "connectionString", "file")]
    [InlineData("Data Source=hooks;Mode=Memory;Cache=Shared", "connectionString", "file")]
    [InlineData("Data Source=file:hooks?mode=memory", "connectionString", "file")]
    [InlineData("", "connectionString", "file")]
    [InlineData("Data Source=webhooks.db;Mode=ReadOnly", "connectionString", "writable")]
    [InlineData("Host=db;Database=webhooks", "connectionString", "format")]
    public void A_connection_string_that_keeps_nothing_is_refused(string connectionString, string field, string rule)
    {
        var making = () => new SqliteWebhookStore(new SqliteStoreOptions { ConnectionString = connectionString });

        making.Should().Throw<WebhookValidationException>()
            .Which.Errors.Should().ContainSingle(error => error.Field == field && error.Rule == rule);
    }

    [Fact]
    public void Every_setting_that_breaks_its_rule_is_named()
    {
        var making = () => new SqliteWebhookStore(new SqliteStoreOptions
        {
            ConnectionString = "Data Source=webhooks.db",
            BusyTimeout = TimeSpan.FromHours(1),
            Synchronous = (SqliteSynchronous)7,
        });

        making.Should().Throw<WebhookValidationException>()
            .Which.Errors.Select(error => error.Field).Should().Equal("busyTimeout", "synchronous");
    }

    private async Task CreateAsync()
    {
        using var store = A.Store(_directory.File());
        await store.InitializeAsync(default);
    }

    private async Task ShouldBeRefusedAsync(string message)
    {
        var before = _directory.ReadAll();
        using var store = A.Store(_directory.File());

        (await store.Invoking(it => it.InitializeAsync(default)).Should().ThrowAsync<WebhookStoreException>())
            .WithMessage(message);

        var after = _directory.ReadAll();
        after.Keys.Should().BeEquivalentTo(before.Keys);
        after["webhooks.db"].Should().Equal(before["webhooks.db"]);
    }
}
