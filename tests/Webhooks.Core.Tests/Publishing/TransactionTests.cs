using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Publishing;

public sealed class TransactionTests
{
    [Fact]
    public async Task A_store_without_transactions_says_so_instead_of_publishing_outside_of_them()
    {
        await using var services = new ServiceCollection().AddLogging().AddWebhooks(
            webhooks => webhooks.AddEventType("order.paid")).Services.BuildServiceProvider();
        var publisher = services.GetRequiredService<IWebhookPublisher>();

        var publish = () => publisher.PublishAsync("order.paid", new { Id = 1 }, new ClosedTransaction());

        (await publish.Should().ThrowAsync<NotSupportedException>()).WithMessage("*InMemoryWebhookStore*transaction*UsePostgreSql*");
    }

    private sealed class ClosedTransaction : DbTransaction
    {
        public override System.Data.IsolationLevel IsolationLevel => System.Data.IsolationLevel.ReadCommitted;

        protected override DbConnection? DbConnection => null;

        public override void Commit() => throw new NotSupportedException();

        public override void Rollback() => throw new NotSupportedException();
    }
}
