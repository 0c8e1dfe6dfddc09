using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Publishing;
using Webhooks.Storage;
using Webhooks.Testing;
using Webhooks.Testing.Conformance;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of the packages' own README files.</summary>
internal static class PackageSnippets
{
    public static async Task CoreAsync(HostApplicationBuilder builder, IWebhookPublisher publisher, Order order)
    {
        builder.Services.AddWebhooks(webhooks => webhooks
            .AddEventType<OrderPaid>("order.paid"));

        await publisher.PublishAsync(new OrderPaid(order.Id), new PublishOptions { TenantId = "acme" });
    }

    public static void Sqlite(HostApplicationBuilder builder)
    {
        builder.Services.AddWebhooks(webhooks => webhooks.UseSqlite("Data Source=webhooks.db"));
    }

    public static async Task ClockAsync(IServiceCollection services)
    {
        var clock = new FakeClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        services.AddSingleton<TimeProvider>(clock);

        clock.Advance(TimeSpan.FromHours(2));        // fires every timer on the way, in order
        await clock.AdvanceToNextTimerAsync();       // waits until something waits for the time, then goes there
        await clock.WaitForTimerAsync(TimeSpan.FromMinutes(5)); // waits until a timer is due within 5 minutes
    }

    public static async Task CaptureAsync(Order order)
    {
        var webhooks = new CapturingPublisher();
        await new Checkout(webhooks).PayAsync(order, CancellationToken.None);

        Assert.Equal(order.Id, Assert.Single(webhooks.Published<OrderPaid>()).OrderId);
        Assert.Equal("acme", webhooks.Events[0].Options.TenantId);
    }

    // Nested and private, so that the test runner does not take it for a suite to run.
    private static class Adapters
    {
        public sealed class MyStoreConformance : WebhookStoreConformance
        {
            protected override Task<IWebhookStore> CreateStoreAsync() =>
                Task.FromResult<IWebhookStore>(MyStore.Open(NewDatabase()));
        }

        private static string NewDatabase() => "";

        private static class MyStore
        {
            public static IWebhookStore Open(string database) => throw new NotSupportedException(database);
        }
    }
}
