using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>What stands before the delegate of an endpoint that receives webhooks.</summary>
internal sealed class WebhookReceiver(
    WebhookRequirement requirement, IReceivedWebhooks inMemory, string route, ILogger<WebhookReceiver> logger, RequestDelegate next)
{
    private const int MaxMessageIdLength = 255;

    public async Task ReceiveAsync(HttpContext context)
    {
        // Before anything is known of the sender, so that all are answered alike.
        if (await ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        if (await VerifyAsync(context, body).ConfigureAwait(false) is not { } webhook)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized).ConfigureAwait(false);
            return;
        }

        if (webhook.Id?.Length > MaxMessageIdLength)
        {
            logger.MessageIdTooLong(route, webhook.Sender, webhook.Id.Length, MaxMessageIdLength);
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest, $"The message's id has more than {MaxMessageIdLength} characters.").ConfigureAwait(false);
            return;
        }

        context.Features.Set(webhook);
        context.Request.Body = new MemoryStream(body.Array!, body.Offset, body.Count, writable: false);
        if (string.IsNullOrEmpty(webhook.Id))
        {
            await HandleAsync(context, webhook).ConfigureAwait(false);
        }
        else
        {
            await HandleOnceAsync(context, webhook, webhook.Id).ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext context, int statusCode, string? detail = null) =>
        TypedResults.Problem(detail, statusCode: statusCode).ExecuteAsync(context);

    private async Task<ArraySegment<byte>?> ReadBodyAsync(HttpContext context)
    {
        try
        {
            var body = await RequestBody.ReadAsync(context.Request, requirement.MaxBodyBytes).ConfigureAwait(false);
            if (body is null)
            {
                logger.BodyTooLarge(route, requirement.MaxBodyBytes);
                await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge).ConfigureAwait(false);
            }

            return body;
        }
        catch (BadHttpRequestException exception)
        {
            logger.BodyUnreadable(exception, route);
            await RefuseAsync(context, exception.StatusCode).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<ReceivedWebhook?> VerifyAsync(HttpContext context, ArraySegment<byte> body)
    {
        var sender = await requirement.FindSender(context).ConfigureAwait(false);
        if (sender is null)
        {
            logger.SenderUnknown(route);
            return null;
        }

        var request = context.Request;
        var found = sender.Verifier.Verify(name => request.Headers[name], body);
        if (!found.IsValid)
        {
            logger.WebhookRefused(route, found.Failure, found.Header, sender.Name);
            return null;
        }

        var id = requirement.MessageId is { } find ? find(request, body) : found.MessageId;
        return new ReceivedWebhook(sender.Name, id, found.Timestamp, body);
    }

    private async Task HandleOnceAsync(HttpContext context, ReceivedWebhook webhook, string id)
    {
        var received = context.RequestServices.GetService<IReceivedWebhooks>() ?? inMemory;
        var scope = webhook.Sender.Length == 0 ? route : $"{route} {webhook.Sender}";
        var receipt = await received.BeginAsync(scope, id, context.RequestAborted).ConfigureAwait(false);
        if (receipt != WebhookReceipt.New)
        {
            logger.WebhookReceivedBefore(id, route, webhook.Sender, receipt);
            if (receipt == WebhookReceipt.Processing)
            {
                // Not 503 with a time, after which a sender may hold back everything it has for this endpoint.
                await RefuseAsync(
                    context, StatusCodes.Status409Conflict, "This message is being processed. Send it again later.").ConfigureAwait(false);
            }

            return;
        }

        var isHandled = false;
        try
        {
            await HandleAsync(context, webhook).ConfigureAwait(false);
            isHandled = context.Response.StatusCode is >= 200 and < 300;
        }
        finally
        {
            if (!isHandled)
            {
                await ForgetAsync(received, scope, webhook, id).ConfigureAwait(false);
            }
        }

        if (isHandled)
        {
            // Also when the sender has gone: what was done is done.
            await received.CompleteAsync(scope, id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task ForgetAsync(IReceivedWebhooks received, string scope, ReceivedWebhook webhook, string id)
    {
        try
        {
            await received.ForgetAsync(scope, id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.ForgetFailed(exception, id, route, webhook.Sender);
        }
    }

    private async Task HandleAsync(HttpContext context, ReceivedWebhook webhook)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            logger.BadRequest(exception, webhook.Id, route, webhook.Sender);
            context.Response.Clear();
            await RefuseAsync(context, exception.StatusCode, exception.Message).ConfigureAwait(false);
        }
    }
}
