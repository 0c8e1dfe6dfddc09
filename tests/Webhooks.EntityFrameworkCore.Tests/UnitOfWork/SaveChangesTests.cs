using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Webhooks.EntityFrameworkCore.Tests.Shop;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.Tests.UnitOfWork;

/// <summary>Saves without a transaction of the host's.</summary>
public sealed class SaveChangesTests : IAsyncLifetime
{
    private ShopHost _shop = null!;

    public async Task InitializeAsync() => _shop = await ShopHost.StartAsync();

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    [Fact]
    public async Task An_event_is_stored_with_the_changes_and_delivered_at_once()
    {
        await using var context = _shop.CreateContext();
        var messageId = context.Pay(1);
        context.Pay(2);
        _shop.Host.Receiver.Requests.Should().BeEmpty();

        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(1, 2);
        (await _shop.Host.Receiver.ReceivedAsync(2)).Should().ContainSingle(request => request.MessageId == messageId);
    }

    [Fact]
    public async Task A_second_save_stores_nothing_again()
    {
        await using var context = _shop.CreateContext();
        context.Pay(1);
        await context.SaveChangesAsync();
        context.Orders.Add(new Order { Id = 2 });

        await context.SaveChangesAsync();

        (await _shop.EventsAsync()).Should().Equal(1);
    }

    [Fact]
    public async Task An_event_that_is_not_saved_is_gone_with_its_context()
    {
        await using (var context = _shop.CreateContext())
        {
            context.Pay(1);
        }

        await _shop.ShouldHaveAsync();
    }

    /// <summary>EF opens no transaction for a single command, if nobody asks for one.</summary>
    [Fact]
    public async Task A_single_command_is_undone_when_its_event_cannot_be_stored()
    {
        await using var context = _shop.CreateContext();
        context.Pay(1);
        await _shop.BreakAsync();

        var save = () => context.SaveChangesAsync();

        (await save.Should().ThrowAsync<DbUpdateException>()).WithInnerException<Npgsql.PostgresException>();
        await _shop.HealAsync();
        await _shop.ShouldHaveAsync();

        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(1);
    }

    [Theory]
    [InlineData(AutoTransactionBehavior.Never)]
    [InlineData(AutoTransactionBehavior.WhenNeeded)]
    public async Task Transactions_are_asked_for_only_while_an_event_is_saved(AutoTransactionBehavior behavior)
    {
        await using var context = _shop.CreateContext();
        context.Database.AutoTransactionBehavior = behavior;
        context.Pay(1);
        await _shop.BreakAsync();
        var save = () => context.SaveChangesAsync();
        await save.Should().ThrowAsync<DbUpdateException>();
        await _shop.HealAsync();
        await _shop.ShouldHaveAsync();
        context.Database.AutoTransactionBehavior.Should().Be(behavior);

        await context.SaveChangesAsync();

        context.Database.AutoTransactionBehavior.Should().Be(behavior);
        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task An_event_is_stored_without_any_change_beside_it()
    {
        await using var context = _shop.CreateContext();
        context.PublishWebhook("order.paid", new { Id = 1 });

        await context.SaveChangesAsync();

        (await _shop.EventsAsync()).Should().Equal(1);
        await _shop.Host.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task A_save_that_fails_stores_no_event_and_the_next_one_stores_it()
    {
        await using (var other = _shop.CreateContext())
        {
            other.Orders.Add(new Order { Id = 1 });
            await other.SaveChangesAsync();
        }

        await using var context = _shop.CreateContext();
        context.Pay(1);
        context.Pay(2);
        var save = () => context.SaveChangesAsync();
        await save.Should().ThrowAsync<DbUpdateException>();
        (await _shop.EventsAsync()).Should().BeEmpty();

        await _shop.Schema.ExecuteAsync("DELETE FROM {schema}.orders");
        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(1, 2);
    }

    [Fact]
    public async Task An_event_that_breaks_a_rule_throws_where_it_is_published_and_leaves_the_others()
    {
        await using var context = _shop.CreateContext();
        context.Pay(1);

        var unknown = () => context.PublishWebhook("order.lost", new { Id = 2 });
        var nameless = () => context.PublishWebhook("order.paid", new { Id = 2 }, new PublishOptions { TenantId = "" });

        unknown.Should().Throw<WebhookValidationException>().WithMessage("*eventType*order.lost*");
        nameless.Should().Throw<WebhookValidationException>().WithMessage("*tenantId*");
        await context.SaveChangesAsync();
        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task What_changes_in_the_data_later_is_not_sent()
    {
        await using var context = _shop.CreateContext();
        var order = new Order { Id = 1 };
        context.Orders.Add(order);
        var messageId = context.PublishWebhook("order.paid", order);
        order.Status = "canceled";

        await context.SaveChangesAsync();

        var message = await _shop.Host.Log.GetMessageAsync(messageId);
        System.Text.Encoding.UTF8.GetString(message!.Payload!.Value.Span).Should().Contain("\"status\":\"new\"");
    }

    [Fact]
    public async Task An_event_id_that_was_used_before_stores_nothing()
    {
        var first = await _shop.Host.PublishAsync("order-1-paid");
        await using var context = _shop.CreateContext();
        context.Orders.Add(new Order { Id = 1 });
        context.PublishWebhook("order.paid", new { Id = 1 }, new PublishOptions { EventId = "order-1-paid" });

        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(1);
        (await _shop.Host.Receiver.ReceivedAsync(1))[0].MessageId.Should().Be(first.MessageId);
    }

    [Fact]
    public async Task A_save_may_have_thousands_of_events()
    {
        await using var context = _shop.CreateContext();
        for (var i = 0; i < 2_500; i++)
        {
            context.PublishWebhook("order.paid", new { Id = i });
        }

        await context.SaveChangesAsync();

        (await _shop.EventsAsync()).Should().Equal(Enumerable.Range(0, 2_500));
    }

    [Fact]
    public async Task Changes_that_are_cleared_take_their_events_along()
    {
        await using var context = _shop.CreateContext();
        context.Pay(1);
        context.ChangeTracker.Clear();
        context.Pay(2);

        await context.SaveChangesAsync();

        await _shop.ShouldHaveAsync(2);
    }

    [Fact]
    public async Task An_event_may_be_published_while_changes_are_saved()
    {
        await using var shop = await ShopHost.StartAsync(options: options => options.AddInterceptors(new PaysWhileSaving()));
        await using var context = shop.CreateContext();
        context.Orders.Add(new Order { Id = 1 });
        await shop.BreakAsync();
        var save = () => context.SaveChangesAsync();
        await save.Should().ThrowAsync<DbUpdateException>();
        await shop.HealAsync();
        await shop.ShouldHaveAsync();

        await context.SaveChangesAsync();

        await shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task A_synchronous_save_is_refused_and_saves_nothing()
    {
        await using var context = _shop.CreateContext();
        context.Pay(1);

        var save = () => context.SaveChanges();

        save.Should().Throw<NotSupportedException>().WithMessage("*SaveChangesAsync*");
        await _shop.ShouldHaveAsync();
        await context.SaveChangesAsync();
        await _shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task A_synchronous_save_without_events_is_as_ever()
    {
        await using var context = _shop.CreateContext();
        context.Orders.Add(new Order { Id = 1 });

        context.SaveChanges();

        (await _shop.OrdersAsync()).Should().Equal(1);
    }

    [Fact]
    public async Task An_event_that_is_published_while_changes_are_saved_synchronously_is_refused()
    {
        await using var shop = await ShopHost.StartAsync(options: options => options.AddInterceptors(new PaysWhileSaving()));
        await using var context = shop.CreateContext();
        context.Orders.Add(new Order { Id = 1 });

        var save = () => context.SaveChanges();

        save.Should().Throw<NotSupportedException>().WithMessage("*SaveChangesAsync*");
        await shop.ShouldHaveAsync();
    }

    /// <summary>Publishes what it finds among the changes, as those do who raise events of their domain.</summary>
    private sealed class PaysWhileSaving : SaveChangesInterceptor
    {
        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            Pay(eventData.Context!);
            return result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Pay(eventData.Context!);
            return ValueTask.FromResult(result);
        }

        private static void Pay(DbContext context)
        {
            foreach (var entry in context.ChangeTracker.Entries<Order>().Where(entry => entry.Entity.Status == "new"))
            {
                entry.Entity.Status = "paid";
                context.PublishWebhook("order.paid", new { entry.Entity.Id });
            }
        }
    }
}
