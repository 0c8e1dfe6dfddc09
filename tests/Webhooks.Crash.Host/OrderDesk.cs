using Npgsql;
using Webhooks.Publishing;

namespace Webhooks.Crash.Host;

/// <summary>Publishes orders and says of each when it is tried and what became of it.</summary>
internal sealed class OrderDesk(NpgsqlDataSource dataSource, IWebhookPublisher publisher)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(3);

    public async Task HandleAsync(Order order)
    {
        Console.WriteLine($"trying {order.Number}");
        switch (order.Way)
        {
            case Way.Alone:
                await PublishAloneAsync(order);
                break;
            case Way.LeftOpen:
                _ = PublishInTransactionAsync(order); // Others are not kept waiting.
                break;
            default:
                await PublishInTransactionAsync(order);
                break;
        }
    }

    private async Task PublishAloneAsync(Order order)
    {
        while (true)
        {
            try
            {
                await publisher.PublishAsync(order.EventType, Data(order), Options(order));
                Console.WriteLine($"committed {order.Number}");
                return;
            }
            catch (WebhookStoreException) when (order.HasEventId)
            {
                // It may be stored. With its event id it can be published again, as a host would.
                await Task.Delay(RetryPause, TimeProvider.System);
            }
            catch (WebhookStoreException)
            {
                Console.WriteLine($"unknown {order.Number}");
                return;
            }
        }
    }

    private async Task PublishInTransactionAsync(Order order)
    {
        var outcome = "rolledback";
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var insert = new NpgsqlCommand("INSERT INTO orders (number) VALUES ($1)", connection, transaction);
            insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = order.Number });
            await insert.ExecuteNonQueryAsync();
            await publisher.PublishAsync(order.EventType, Data(order), transaction, Options(order));
            switch (order.Way)
            {
                case Way.Committed:
                    outcome = "unknown";
                    await transaction.CommitAsync();
                    outcome = "committed";
                    break;
                case Way.LeftOpen:
                    Console.WriteLine($"open {order.Number}");
                    await Task.Delay(OpenTime, TimeProvider.System);
                    await transaction.RollbackAsync();
                    break;
                default:
                    await transaction.RollbackAsync();
                    break;
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or WebhookStoreException or ObjectDisposedException)
        {
            // The database was restarted under the transaction. Of a connection that broke between two commands Npgsql may say
            // that something of its own is disposed.
        }

        Console.WriteLine($"{outcome} {order.Number}");
    }

    private static Numbered Data(Order order) => new($"{order.Number}");

    private static PublishOptions Options(Order order) =>
        new() { TenantId = order.TenantId, EventId = order.HasEventId ? $"event-{order.Number}" : null };
}
