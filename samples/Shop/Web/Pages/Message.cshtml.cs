using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Webhooks;
using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Shop.Pages;

/// <summary>One message: what was sent, where to, and each attempt.</summary>
internal sealed class MessageModel(IWebhookLog log, IWebhookReplay replay) : PageModel
{
    public WebhookMessage Message { get; private set; } = null!;

    public string Payload => Message.Payload is { } payload ? Encoding.UTF8.GetString(payload.Span) : "The payload was removed.";

    public IReadOnlyList<(WebhookDelivery Delivery, IReadOnlyList<DeliveryAttempt> Attempts)> Deliveries { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string merchant, string id, CancellationToken cancellationToken)
    {
        if (await log.GetMessageAsync(id, merchant, cancellationToken) is not { } message)
        {
            return NotFound();
        }

        Message = message;
        var found = new List<(WebhookDelivery, IReadOnlyList<DeliveryAttempt>)>();
        var deliveries = await log.ListDeliveriesAsync(new DeliveryQuery { TenantId = merchant, MessageId = id }, cancellationToken);
        foreach (var delivery in deliveries.Items)
        {
            var attempts = await log.ListAttemptsAsync(
                new AttemptQuery { TenantId = merchant, DeliveryId = delivery.Id }, cancellationToken);
            found.Add((delivery, attempts.Items));
        }

        Deliveries = found;
        return Page();
    }

    public async Task<IActionResult> OnPostResendAsync(string merchant, string id, string delivery, CancellationToken cancellationToken)
    {
        try
        {
            await replay.ResendAsync(delivery, merchant, cancellationToken: cancellationToken);
        }
        catch (WebhookNotFoundException)
        {
            return NotFound();
        }
        catch (WebhookConflictException conflict)
        {
            return new ConflictObjectResult(conflict.Message);
        }

        return RedirectToPage(new { merchant, id });
    }
}
