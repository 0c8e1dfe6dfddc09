using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests;

/// <summary>What calls of the store cost in statements and plans.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly WebhookIdGenerator _ids = new();
    private TestSchema _schema = null!;
    private PostgreSqlWebhookStore _store = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _store = await _schema.OpenAsync();
        await _store.MakePartitionsAsync([Now], default);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task The_polls_of_an_idle_minute_are_eight_statements()
    {
        await ClaimAsync(Now);
        var before = _store.Database.StatementCount;

        for (var poll = 1; poll <= 6; poll++)
        {
            await ClaimAsync(Now.AddSeconds(10 * poll));
        }

        // Six looks at what is due, and two at what is held for no reason.
        (_store.Database.StatementCount - before).Should().BeLessThanOrEqualTo(8);
    }

    [Fact]
    public async Task What_is_run_often_is_prepared_once_and_not_planned_for_its_parameters()
    {
        for (var i = 0; i < 20; i++)
        {
            await _store.AppendAsync([Message()], leases: null, default);
        }

        (await PlansAsync()).Should().BeEquivalentTo([(Prepared: 1L, Custom: 0L)]);
    }

    [Theory]
    [InlineData(9, 9)]
    [InlineData(10, 9)]
    public async Task Connections_are_kept_only_of_a_pool_that_can_spare_them(int poolSize, int free)
    {
        await using var dataSource = NpgsqlDataSource.Create(
            $"{(await PostgreSqlServer.Shared).ConnectionString};Maximum Pool Size={poolSize};Timeout=1");
        await using var store = new PostgreSqlWebhookStore(dataSource, _schema.Options);
        await store.ClaimAsync(new ClaimRequest("dispatcher", Now, Now.AddMinutes(2), 10), default);

        var taken = new List<NpgsqlConnection>();
        var takeAll = async () =>
        {
            while (taken.Count < poolSize)
            {
                taken.Add(await dataSource.OpenConnectionAsync());
            }
        };
        if (free < poolSize)
        {
            await takeAll.Should().ThrowAsync<NpgsqlException>();
        }
        else
        {
            await takeAll();
        }

        taken.Should().HaveCount(free);
        foreach (var connection in taken)
        {
            await connection.DisposeAsync();
        }
    }

    private Task<ClaimResult> ClaimAsync(DateTimeOffset now) =>
        _store.ClaimAsync(new ClaimRequest("dispatcher", now, now.AddMinutes(2), 10), default);

    /// <summary>Only of this test's schema: a pooled connection keeps what another test has prepared on it.</summary>
    private Task<List<(long Prepared, long Custom)>> PlansAsync() => _store.Database.RunOnSessionAsync(
        (session, cancellation) => _store.Database.ReadAsync(
            session.Connection,
            transaction: null,
            SqlExtensions.Statement(
                $"""
                SELECT count(*), sum(custom_plans)::bigint FROM pg_prepared_statements
                WHERE statement LIKE 'WITH matching%' AND strpos(statement, '{_schema.Options.Schema}') > 0
                """),
            static row => (row.GetInt64(0), row.GetInt64(1)),
            cancellation),
        default);

    private WebhookMessage Message() => new()
    {
        Id = _ids.Create("msg_", Now),
        TenantId = "acme",
        EventType = "order.paid",
        Payload = "{}"u8.ToArray(),
        Timestamp = Now,
        CreatedAt = Now,
    };
}
