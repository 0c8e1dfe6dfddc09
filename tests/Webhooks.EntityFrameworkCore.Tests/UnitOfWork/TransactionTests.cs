using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Tests.Shop;

namespace Webhooks.EntityFrameworkCore.Tests.UnitOfWork;

/// <summary>Saves in a transaction of the host's.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    private ShopHost _shop = null!;

    public async Task InitializeAsync() => _shop = await ShopHost.StartAsync();

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    [Fact]
    public async Task Several_saves_of_a_transaction_are_committed_together()
    {
        await using var context = _shop.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        var first = context.Pay(1);
        await context.SaveChangesAsync();
        var second = context.Pay(2);
        await context.SaveChangesAsync();
        await _shop.ShouldHaveAsync();

        await transaction.CommitAsync();

        await _shop.ShouldHaveAsync(1, 2);
        (await _shop.Host.Receiver.ReceivedAsync(2)).Select(request => request.MessageId).Should().BeEquivalentTo(first, second);
    }

    [Fact]
    public async Task A_transaction_may_be_committed_synchronously()
    {
        await using var context = _shop.CreateContext();
        using var transaction = context.Database.BeginTransaction();
        context.Pay(1);
        await context.SaveChangesAsync();

        transaction.Commit();

        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing_and_what_comes_after_it_is_stored_alone()
    {
        await using var context = _shop.CreateContext();
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Pay(1);
            await context.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        context.Pay(2);
        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(2);
    }

    [Fact]
    public async Task A_transaction_that_is_disposed_without_a_commit_leaves_nothing()
    {
        await using var context = _shop.CreateContext();
        await using (await context.Database.BeginTransactionAsync())
        {
            context.Pay(1);
            await context.SaveChangesAsync();
        }

        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync();
    }

    [Fact]
    public async Task What_is_rolled_back_to_a_savepoint_takes_its_events_along()
    {
        await using var context = _shop.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Pay(1);
        await context.SaveChangesAsync();
        await transaction.CreateSavepointAsync("before");
        context.Pay(2);
        await context.SaveChangesAsync();
        await transaction.RollbackToSavepointAsync("before");
        context.Pay(3);
        await context.SaveChangesAsync();

        await transaction.CommitAsync();

        await _shop.ShouldHaveAsync(1, 3);
    }

    [Fact]
    public async Task A_save_that_fails_inside_a_transaction_can_be_called_again()
    {
        await _shop.Schema.ExecuteAsync("INSERT INTO {schema}.orders VALUES (2, 'old')");
        await using var context = _shop.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Pay(1);
        await context.SaveChangesAsync();
        context.Pay(2);
        var save = () => context.SaveChangesAsync();
        await save.Should().ThrowAsync<DbUpdateException>();
        await context.Orders.Where(order => order.Id == 2).ExecuteDeleteAsync();
        await context.SaveChangesAsync();

        await transaction.CommitAsync();

        await _shop.ShouldHaveAsync(1, 2);
    }

    [Fact]
    public async Task When_an_event_cannot_be_stored_the_transaction_cannot_be_committed()
    {
        await using var context = _shop.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Pay(1);
        await _shop.BreakAsync();
        var save = () => context.SaveChangesAsync();
        await save.Should().ThrowAsync<DbUpdateException>();

        var commit = () => transaction.CommitAsync();

        await commit.Should().ThrowAsync<InvalidOperationException>();
        await transaction.RollbackAsync();
        await _shop.HealAsync();
        await _shop.ShouldHaveAsync();
    }

    [Fact]
    public async Task Events_are_stored_in_a_transaction_that_the_host_has_begun_itself_and_commits_itself()
    {
        await using var connection = _shop.CreateConnection();
        await connection.OpenAsync();
        foreach (var (id, commits) in new[] { (1, true), (2, false) })
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var context = _shop.CreateContext();
            context.Database.SetDbConnection(connection);
            await context.Database.UseTransactionAsync(transaction);
            context.Pay(id);
            await context.SaveChangesAsync();
            await (commits ? transaction.CommitAsync() : transaction.RollbackAsync());
        }

        await _shop.ShouldHaveAsync(1);
        await _shop.Host.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task Two_contexts_may_share_a_transaction()
    {
        await using var first = _shop.CreateContext();
        await using var second = _shop.CreateContext();
        await using var transaction = await first.Database.BeginTransactionAsync();
        second.Database.SetDbConnection(first.Database.GetDbConnection());
        await second.Database.UseTransactionAsync(Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction));
        first.Pay(1);
        second.Pay(2);
        await second.SaveChangesAsync();
        await first.SaveChangesAsync();
        await _shop.ShouldHaveAsync();

        await transaction.CommitAsync();

        await _shop.ShouldHaveAsync(1, 2);
    }

    [Fact]
    public async Task Statements_that_are_no_changes_of_entities_share_the_transaction()
    {
        await _shop.Schema.ExecuteAsync("INSERT INTO {schema}.orders VALUES (1, 'new')");
        await using var context = _shop.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        await context.Orders.ExecuteUpdateAsync(update => update.SetProperty(order => order.Status, "paid"));
        context.PublishWebhook("order.paid", new { Id = 1 });
        await context.SaveChangesAsync();

        await transaction.CommitAsync();

        await _shop.ShouldHaveAsync(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_that_would_leave_an_event_behind_is_refused(bool synchronously)
    {
        await using var context = _shop.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.PublishWebhook("order.paid", new { Id = 1 });

        var commit = async () =>
        {
            if (synchronously)
            {
                transaction.Commit();
            }
            else
            {
                await transaction.CommitAsync();
            }
        };

        await commit.Should().ThrowAsync<InvalidOperationException>().WithMessage("1 webhook events*SaveChangesAsync*");
    }

    [Fact]
    public async Task A_transaction_scope_is_refused_where_the_event_is_published()
    {
        await using var context = _shop.CreateContext();
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);

        var pay = () => context.Pay(1);

        pay.Should().Throw<NotSupportedException>().WithMessage("*TransactionScope*BeginTransactionAsync*");
    }

    [Fact]
    public async Task A_transaction_scope_is_refused_where_it_is_saved_and_saves_nothing()
    {
        await using var context = _shop.CreateContext();
        context.Pay(1);
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            var save = () => context.SaveChangesAsync();
            await save.Should().ThrowAsync<NotSupportedException>().WithMessage("*TransactionScope*BeginTransactionAsync*");
        }

        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(1);
    }
}
