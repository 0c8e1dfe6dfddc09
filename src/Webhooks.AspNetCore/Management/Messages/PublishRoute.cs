using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Publishing;

namespace Webhooks.AspNetCore.Management.Messages;

/// <summary>
/// Publishes events. The <c>Idempotency-Key</c> is the event's id, and the message's id is made of the key and the body: a duplicate of
/// another id had another body.
/// </summary>
internal static class PublishRoute
{
    public static void Map(ManagementGroup group) =>
        group.Map(HttpMethods.Post, "/messages", PublishAsync, new Operation
        {
            Id = "publishMessage",
            Summary = "Publish an event",
            Description = "The answer comes when the event is durable. The Idempotency-Key is the event's id where the body has none.",
            Body = OperationContent.Of(Examples.PublishInput),
            SuccessCode = StatusCodes.Status201Created,
            SuccessDescription = "It is published. A duplicate is answered with 200.",
            Success = OperationContent.Of(new PublishedResource { Id = Examples.Message.Id, DeliveryCount = 2, IsDuplicate = false }),
            TakesIdempotencyKey = true,
        });

    private static async Task<ManagementResult> PublishAsync(ManagementRequest request)
    {
        var body = await request.ReadBytesAsync("application/json").ConfigureAwait(false);
        var input = request.Deserialize<PublishInput>(body);
        var key = request.IdempotencyKey;
        if (key is not null && input.EventId is not null && !string.Equals(key.Value, input.EventId, StringComparison.Ordinal))
        {
            throw new WebhookValidationException(
                "eventId", "idempotencyKey", input.EventId, "is another than the Idempotency-Key, which is the event's id. Give one of the two.");
        }

        var options = new PublishOptions
        {
            TenantId = request.TenantId,
            EventId = key?.Value ?? input.EventId,
            MessageId = key?.ToId(WebhookIdGenerator.MessagePrefix, body.Span),
            Channels = input.Channels ?? [],
            Timestamp = input.Timestamp,
            DeliverAt = input.DeliverAt,
            ExpiresAt = input.ExpiresAt,
            PayloadRetention = input.PayloadRetentionSeconds is { } seconds ? Seconds.ToTime("payloadRetentionSeconds", seconds) : null,
        };
        var result = await request.Service<IWebhookPublisher>().PublishAsync(
            ManagementRequest.Required("eventType", input.EventType),
            input.Data.ValueKind == JsonValueKind.Undefined ? throw ManagementRequest.IsRequired("data") : input.Data,
            request.Json.TypeInfo<JsonElement>(),
            options,
            request.Aborted).ConfigureAwait(false);
        if (result.IsDuplicate && key is not null && !string.Equals(result.MessageId, options.MessageId, StringComparison.Ordinal))
        {
            throw key.UsedForAnother();
        }

        return ManagementResult.Of(
            new PublishedResource { Id = result.MessageId, DeliveryCount = result.DeliveryCount, IsDuplicate = result.IsDuplicate },
            result.IsDuplicate ? StatusCodes.Status200OK : StatusCodes.Status201Created,
            location: request.Below(result.MessageId));
    }
}
