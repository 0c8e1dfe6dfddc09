using Microsoft.EntityFrameworkCore;
using Npgsql;
using Webhooks.AspNetCore.Receiving;

namespace Warehouse;

/// <summary>Does what an event asks for, once.</summary>
internal sealed partial class GoodsOut(WarehouseContext warehouse, TimeProvider time, ILogger<GoodsOut> logger)
{
    /// <remarks>
    /// RequireWebhookSignature knows duplicates as long as this process lives. That nothing is packed twice across a crash is the
    /// message's id, which is saved in the same transaction as the parcel.
    /// </remarks>
    public async Task<IResult> HandleAsync(string merchant, ReceivedWebhook<OrderNotice> webhook, CancellationToken ct)
    {
        var (orderId, article, quantity) = webhook.Data;
        warehouse.Messages.Add(new HandledMessage
        {
            Merchant = merchant,
            Id = webhook.Id!,
            Type = webhook.Type,
            OrderId = orderId,
            HandledAt = time.GetUtcNow(),
        });
        if (webhook.Type is "order.paid")
        {
            warehouse.Parcels.Add(new Parcel { OrderId = orderId, Content = $"{quantity} {article}" });
        }

        try
        {
            await warehouse.SaveChangesAsync(ct);
            LogHandled(webhook.Type, orderId, merchant);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            LogDuplicate(webhook.Type, orderId, merchant);
        }

        return Results.NoContent();
    }

    [LoggerMessage(1, LogLevel.Information, "{Type} of order {OrderId} at the {Merchant}.")]
    private partial void LogHandled(string type, Guid orderId, string merchant);

    [LoggerMessage(2, LogLevel.Information, "{Type} of order {OrderId} at the {Merchant} came again; nothing to do.")]
    private partial void LogDuplicate(string type, Guid orderId, string merchant);
}
