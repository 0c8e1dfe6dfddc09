using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Shop;
using Shop.Orders;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
var connectionString = builder.Configuration.GetConnectionString("Shop")
    ?? throw new InvalidOperationException("The setting ConnectionStrings:Shop is missing.");

// Orders and webhooks are in one database, so that an order and its event are saved in one transaction.
builder.Services.AddDbContext<ShopContext>(options => options.UseNpgsql(connectionString).UseWebhooks());
builder.Services.AddWebhooks(builder.Configuration.GetSection("Webhooks"), webhooks => webhooks
    .UsePostgreSql(connectionString)
    .AddEventType<OrderPlaced>("order.placed", type => type.WithDescription("A customer placed an order."))
    .AddEventType<OrderPaid>("order.paid", type => type.WithDescription("An order was paid in full."))
    .AddEventType<OrderShipped>("order.shipped", type => type.WithDescription("An order left the house."))
    .AddEventType<OrderCanceled>("order.canceled", type => type.WithDescription("An order was called off before it was paid.")));
builder.Services.AddHostedService<PartnerSetup>();
builder.Services.AddScoped<OrderDesk>();
builder.Services.AddValidation();

// Keys of this process only: a form that was open when the shop was started anew is refused.
builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
builder.Services.AddRazorPages();

var app = builder.Build();
app.MapOrders();

// Who works in the shop signs in first, in a shop that is more than a sample: MapRazorPages().RequireAuthorization().
app.MapRazorPages();

await using (var scope = app.Services.CreateAsyncScope())
{
    // A shop that is more than a sample has migrations. The webhooks' tables come with the start of the host.
    await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.EnsureCreatedAsync();
}

await app.RunAsync();
