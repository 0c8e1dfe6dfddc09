using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.EntityFrameworkCore.Tests.Shop;

namespace Webhooks.EntityFrameworkCore.Tests.UnitOfWork;

/// <summary>How contexts are made, and what they are told that lack something.</summary>
public sealed class ContextTests : IAsyncLifetime
{
    private ShopHost _shop = null!;

    public async Task InitializeAsync() => _shop = await ShopHost.StartAsync();

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    [Fact]
    public async Task A_pooled_context_takes_no_event_to_its_next_user()
    {
        await using var services = Build(services => services
            .AddDbContextPool<ShopContext>(options => options.UseNpgsql(_shop.ConnectionString).UseWebhooks(_shop.Services), poolSize: 1));
        ShopContext leaked;
        await using (var scope = services.CreateAsyncScope())
        {
            leaked = scope.ServiceProvider.GetRequiredService<ShopContext>();
            leaked.Pay(1);
        }

        foreach (var id in new[] { 2, 3 })
        {
            await using var scope = services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            context.Should().BeSameAs(leaked, "it comes from the pool");
            context.Pay(id);
            await context.SaveChangesAsync();
        }

        await _shop.ShouldHaveAsync(2, 3);
    }

    [Fact]
    public async Task A_pooled_context_whose_save_failed_is_as_new_for_its_next_user()
    {
        await using var services = Build(services => services
            .AddDbContextPool<ShopContext>(options => options.UseNpgsql(_shop.ConnectionString).UseWebhooks(_shop.Services), poolSize: 1));
        await _shop.BreakAsync();
        await using (var scope = services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            context.Pay(1);
            var save = () => context.SaveChangesAsync(acceptAllChangesOnSuccess: false);
            await save.Should().ThrowAsync<DbUpdateException>();
        }

        await _shop.HealAsync();
        await using (var scope = services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            context.Database.AutoTransactionBehavior.Should().Be(AutoTransactionBehavior.WhenNeeded);
            context.Pay(2);
            await context.SaveChangesAsync();
            await context.SaveChangesAsync();
        }

        await _shop.ShouldHaveAsync(2);
    }

    [Fact]
    public async Task A_context_of_a_scope_finds_the_webhooks_of_its_host_by_itself()
    {
        await using var shop = await ShopHost.StartAsync();
        await using var scope = shop.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        context.Pay(1);

        await context.SaveChangesAsync();

        await shop.ShouldHaveAsync(1);
    }

    [Fact]
    public async Task Each_context_saves_its_own_events()
    {
        await using var first = _shop.CreateContext();
        await using var second = _shop.CreateContext();
        first.Pay(1);
        second.Pay(2);

        await second.SaveChangesAsync();

        await _shop.ShouldHaveAsync(2);
        await first.SaveChangesAsync();
        await _shop.ShouldHaveAsync(1, 2);
    }

    [Fact]
    public void Options_without_UseWebhooks_are_named()
    {
        using var context = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseNpgsql(_shop.ConnectionString).Options);

        var pay = () => context.Pay(1);

        pay.Should().Throw<InvalidOperationException>().WithMessage("ShopContext*UseWebhooks()*");
    }

    [Fact]
    public void A_context_that_knows_no_services_is_told_how_to_get_them()
    {
        using var context = new ShopContext(
            new DbContextOptionsBuilder<ShopContext>().UseNpgsql(_shop.ConnectionString).UseWebhooks().Options);

        var pay = () => context.Pay(1);

        pay.Should().Throw<InvalidOperationException>().WithMessage("*UseWebhooks(serviceProvider)*");
    }

    [Fact]
    public async Task A_host_without_webhooks_is_told_to_register_them()
    {
        await using var services = Build(services => services
            .AddDbContext<ShopContext>(options => options.UseNpgsql(_shop.ConnectionString).UseWebhooks()));
        await using var scope = services.CreateAsyncScope();

        var pay = () => scope.ServiceProvider.GetRequiredService<ShopContext>().Pay(1);

        pay.Should().Throw<InvalidOperationException>().WithMessage("*AddWebhooks*");
    }

    [Fact]
    public async Task A_store_without_shared_transactions_is_refused_where_the_event_is_published()
    {
        await using var services = Build(services =>
        {
            services.AddLogging();
            services.AddWebhooks(webhooks => webhooks.AddEventType("order.paid"));
            services.AddDbContext<ShopContext>(options => options.UseNpgsql(_shop.ConnectionString).UseWebhooks());
        });
        await using var scope = services.CreateAsyncScope();

        var pay = () => scope.ServiceProvider.GetRequiredService<ShopContext>().Pay(1);

        pay.Should().Throw<NotSupportedException>().WithMessage("InMemoryWebhookStore*UsePostgreSql*");
    }

    private static ServiceProvider Build(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider();
    }
}
