using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Tests.Faults;

public sealed class BrokenTransactionTests
{
    [Fact]
    public async Task In_a_transaction_whose_connection_is_broken_every_publish_says_that_the_store_cannot_be_used()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var host = await TestHost.StartAsync(schema);
        await using var connection = await schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await host.Publisher.PublishAsync("order.paid", new { Id = 1 }, transaction);
        await schema.ExecuteAsync($"SELECT pg_terminate_backend({connection.ProcessID})");

        var first = () => host.Publisher.PublishAsync("order.paid", new { Id = 2 }, transaction);
        var second = () => host.Publisher.PublishAsync("order.paid", new { Id = 3 }, transaction);

        await first.Should().ThrowAsync<WebhookStoreException>();
        await second.Should().ThrowAsync<WebhookStoreException>();
    }
}
