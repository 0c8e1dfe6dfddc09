using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using Webhooks.EntityFrameworkCore.Tests.Shop;
using Webhooks.PostgreSql.Tests.Faults;
using Webhooks.PostgreSql.Tests.Hosts;

namespace Webhooks.EntityFrameworkCore.Tests.UnitOfWork;

/// <summary>A retrying strategy, connections that break, and commits whose answers are lost.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private ShopHost _shop = null!;

    public async Task InitializeAsync() => _shop = await ShopHost.StartAsync(Retries);

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    [Fact]
    public async Task A_connection_that_breaks_before_the_event_is_stored_is_made_up_for()
    {
        await using var context = _shop.CreateContext((await PostgreSqlServer.Shared).ConnectionString, Retries, options =>
            options.AddInterceptors(new KillsOnce(_shop, beforeEvent: true)));
        context.Pay(1);

        await context.SaveChangesAsync().InTimeAsync();

        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_commit_is_made_up_for()
    {
        await using var context = _shop.CreateContext((await PostgreSqlServer.Shared).ConnectionString, Retries, options =>
            options.AddInterceptors(new KillsOnce(_shop, beforeEvent: false)));
        context.Pay(1);

        await context.SaveChangesAsync().InTimeAsync();

        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task When_the_answer_to_a_commit_is_lost_an_update_is_saved_again_and_its_event_is_stored_once()
    {
        await _shop.Schema.ExecuteAsync("INSERT INTO {schema}.orders VALUES (1, 'new')");
        await using var way = new BrokenAnswer((await PostgreSqlServer.Shared).ConnectionString);
        await using var context = CreateContext(way);
        (await context.Orders.SingleAsync()).Status = "paid";
        var messageId = context.PublishWebhook("order.paid", new { Id = 1 });

        await context.SaveChangesAsync().InTimeAsync();

        await _shop.ShouldHaveAsync(1);
        (await _shop.Host.Receiver.ReceivedAsync(1)).Should().ContainSingle().Which.MessageId.Should().Be(messageId);
    }

    [Fact]
    public async Task When_the_answer_to_a_commit_is_lost_an_event_alone_is_stored_once()
    {
        await using var way = new BrokenAnswer((await PostgreSqlServer.Shared).ConnectionString);
        await using var context = CreateContext(way);
        context.PublishWebhook("order.paid", new { Id = 1 });

        await context.SaveChangesAsync().InTimeAsync();

        (await _shop.EventsAsync()).Should().Equal(1);
    }

    /// <summary>The second try finds the row of the first: EF can only say so, and the event is where the row is.</summary>
    [Fact]
    public async Task When_the_answer_to_a_commit_is_lost_a_new_row_has_its_event_whatever_the_save_says()
    {
        await using var way = new BrokenAnswer((await PostgreSqlServer.Shared).ConnectionString);
        await using var context = CreateContext(way);
        context.Pay(1);

        var save = () => context.SaveChangesAsync().InTimeAsync();

        await save.Should().ThrowAsync<DbUpdateException>();
        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task Without_a_retrying_strategy_the_event_is_where_the_row_is()
    {
        await using var way = new BrokenAnswer((await PostgreSqlServer.Shared).ConnectionString);
        await using var context = _shop.CreateContext(way.ConnectionString, npgsql: null, options =>
            options.AddInterceptors(new LosesOneAnswer(way)));
        context.Pay(1);

        var save = () => context.SaveChangesAsync().InTimeAsync();

        await save.Should().ThrowAsync<Exception>();
        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task An_event_whose_save_failed_at_the_commit_is_not_taken_for_saved()
    {
        await using var context = _shop.CreateContext((await PostgreSqlServer.Shared).ConnectionString, npgsql: null, options =>
            options.AddInterceptors(new KillsOnce(_shop, beforeEvent: false)));
        context.Pay(1);
        var save = () => context.SaveChangesAsync().InTimeAsync();
        await save.Should().ThrowAsync<Exception>();
        await using var transaction = await context.Database.BeginTransactionAsync();

        var commit = () => transaction.CommitAsync();

        await commit.Should().ThrowAsync<InvalidOperationException>().WithMessage("1 webhook events*");
        await context.SaveChangesAsync();
        await transaction.CommitAsync();
        await _shop.ShouldHaveAsync(1);
    }

    /// <summary>EF's own pattern for lost answers: changes are accepted when it is known that they are stored.</summary>
    [Fact]
    public async Task A_save_that_accepts_nothing_is_repeated_with_its_events_until_they_are_accepted()
    {
        await using var context = _shop.CreateContext((await PostgreSqlServer.Shared).ConnectionString, Retries, options =>
            options.AddInterceptors(new KillsOnce(_shop, beforeEvent: false)));
        context.Pay(1);
        var strategy = context.Database.CreateExecutionStrategy();

        await strategy.ExecuteInTransactionAsync(
            context,
            operation: (shop, ct) => shop.SaveChangesAsync(acceptAllChangesOnSuccess: false, ct),
            verifySucceeded: (shop, ct) => shop.Orders.AsNoTracking().AnyAsync(order => order.Id == 1, ct)).InTimeAsync();
        context.ChangeTracker.AcceptAllChanges();

        await _shop.ShouldHaveAsync(1);
        context.Invoking(shop => shop.SaveChanges()).Should().NotThrow("no event is noted any more");
        context.Pay(2);
        await context.SaveChangesAsync();
        await _shop.ShouldHaveAsync(1, 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_block_that_is_tried_again_with_cleared_changes_publishes_once(bool breaksBeforeTheEvent)
    {
        await using var context = _shop.CreateContext((await PostgreSqlServer.Shared).ConnectionString, Retries, options =>
            options.AddInterceptors(new KillsOnce(_shop, beforeEvent: breaksBeforeTheEvent)));
        var tries = 0;

        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            tries++;
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Pay(1);
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
        }).InTimeAsync();

        tries.Should().Be(2);
        await _shop.ShouldHaveAsync(1);
    }

    private static void Retries(NpgsqlDbContextOptionsBuilder npgsql) =>
        npgsql.EnableRetryOnFailure(maxRetryCount: 3, maxRetryDelay: TimeSpan.FromMilliseconds(10), errorCodesToAdd: null);

    private ShopContext CreateContext(BrokenAnswer way) =>
        _shop.CreateContext(way.ConnectionString, Retries, options => options.AddInterceptors(new LosesOneAnswer(way)));

    /// <summary>Ends the server's side of the first transaction: before its event is stored, or before its commit.</summary>
    private sealed class KillsOnce(ShopHost shop, bool beforeEvent) : DbTransactionInterceptor, IDbCommandInterceptor
    {
        private bool _hasKilled;

        public async ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (beforeEvent && command.CommandText.StartsWith("INSERT", StringComparison.Ordinal))
            {
                await KillAsync(command.Connection!);
            }

            return result;
        }

        public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (!beforeEvent)
            {
                await KillAsync(transaction.Connection!);
            }

            return result;
        }

        private async Task KillAsync(DbConnection connection)
        {
            if (!_hasKilled)
            {
                _hasKilled = true;
                await shop.Schema.ExecuteAsync($"SELECT pg_terminate_backend({((Npgsql.NpgsqlConnection)connection).ProcessID}, 10000)");
            }
        }
    }

    /// <summary>Lets the first commit take place and its answer be lost.</summary>
    private sealed class LosesOneAnswer(BrokenAnswer way) : DbTransactionInterceptor
    {
        private bool _hasLost;

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (!_hasLost)
            {
                _hasLost = true;
                way.Hold();
                _ = BreakAsync();
            }

            return ValueTask.FromResult(result);
        }

        private async Task BreakAsync()
        {
            await way.HoldsAsync();
            way.Break();
        }
    }
}
