using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Storage;

namespace Shop.Pages;

/// <summary>The deliveries of a merchant's events, the newest first.</summary>
internal sealed class IndexModel(ShopContext shop, IWebhookLog log) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Merchant { get; set; }

    [BindProperty(SupportsGet = true)]
    public DeliveryStatus? Status { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public IReadOnlyList<SelectListItem> Merchants { get; private set; } = [];

    public Page<WebhookDelivery> Deliveries { get; private set; } = new([], null);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
        {
            return BadRequest(ModelState);
        }

        var merchants = await shop.Merchants.OrderBy(merchant => merchant.Name).ToListAsync(cancellationToken);
        Merchants = [.. merchants.Select(merchant => new SelectListItem(merchant.Name, merchant.Id))];
        Merchant ??= merchants[0].Id;
        var query = new DeliveryQuery { TenantId = Merchant, Status = Status, Cursor = Cursor };
        Deliveries = await log.ListDeliveriesAsync(query, cancellationToken);
        return Page();
    }
}
