using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Webhooks.PostgreSql;
using Webhooks.Publishing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/postgresql.md and of the package's README.</summary>
internal static class PostgreSqlSnippets
{
    public static void Register(HostApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(connectionString)
            .AddEventType<OrderPaid>("order.paid"));
    }

    public static void RegisterWithDataSource(HostApplicationBuilder builder, NpgsqlDataSource dataSource)
    {
        builder.Services.AddWebhooks(webhooks => webhooks.UsePostgreSql(dataSource, options => options.Schema = "webhooks"));
    }

    public static void PublishOnly(IWebhooksBuilder webhooks)
    {
        webhooks.Configure(options => options.Dispatcher.Enabled = false);
    }

    public static async Task ScriptAsync()
    {
        await File.WriteAllTextAsync("webhooks.sql", PostgreSqlSchema.Script(schema: "webhooks", fromVersion: 0));
    }
}

public sealed class Payments(NpgsqlDataSource dataSource, IWebhookPublisher webhooks)
{
    public async Task PayAsync(Order order, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        await using var update = new NpgsqlCommand("UPDATE orders SET is_paid = true WHERE id = $1", connection, transaction);
        update.Parameters.AddWithValue(order.Id);
        await update.ExecuteNonQueryAsync(ct);

        await webhooks.PublishAsync(
            new OrderPaid(order.Id, order.Total), transaction, new PublishOptions { TenantId = order.MerchantId }, ct);

        await transaction.CommitAsync(ct);
    }
}
