using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Warehouse;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
var connectionString = builder.Configuration.GetConnectionString("Warehouse")
    ?? throw new InvalidOperationException("The setting ConnectionStrings:Warehouse is missing.");
builder.Services.AddDbContext<WarehouseContext>(options => options.UseNpgsql(connectionString));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddScoped<GoodsOut>();

var app = builder.Build();
var senders = new ConcurrentDictionary<string, WebhookSender>(StringComparer.Ordinal);

// Every merchant has a secret of its own. RequireWebhookSignature refuses what is not signed with it.
app.MapPost("/webhooks/{merchant}", (string merchant, ReceivedWebhook<OrderNotice> webhook, GoodsOut goodsOut, CancellationToken ct) =>
        goodsOut.HandleAsync(merchant, webhook, ct))
    .RequireWebhookSignature(context => ValueTask.FromResult(FindSender((string)context.Request.RouteValues["merchant"]!)));

await using (var scope = app.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<WarehouseContext>().Database.EnsureCreatedAsync();
}

await app.RunAsync();

WebhookSender? FindSender(string merchant) => app.Configuration[$"Warehouse:Secrets:{merchant}"] is { } secret
    ? senders.GetOrAdd(merchant, name => new WebhookSender(name, new WebhookVerifier(WebhookSecret.Parse(secret))))
    : null;
