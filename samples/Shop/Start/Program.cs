using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;
using Shop.Start;

if (args is not [])
{
    Console.Error.WriteLine("Usage: dotnet run --project samples/Shop/Start");
    return 2;
}

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

// What both sides know: a secret for each merchant.
var secrets = Customers.Merchants.ToDictionary(
    merchant => $"Warehouse:Secrets:{merchant}", _ => $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");

try
{
    await using var database = await Database.StartAsync();
    Console.WriteLine("Database   is running, and gone at the end");

    await using var warehouse = await Child.StartAsync("Warehouse", Settings(database, "warehouse"), stopping.Token);
    await using var shop = await Child.StartAsync("Shop", [.. Settings(database, "shop"), .. ForShop(warehouse)], stopping.Token);
    Console.WriteLine($"Warehouse  {warehouse.Url}");
    Console.WriteLine($"Shop       {shop.Url}   <- deliveries and attempts");
    Console.WriteLine("Customers order now. Ctrl+C ends everything.");

    await Customers.OrderAsync(shop.Url, stopping.Token);
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    Console.WriteLine("Everything has ended.");
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}

IEnumerable<KeyValuePair<string, string>> Settings(Database database, string name) =>
[
    new($"ConnectionStrings:{name}", new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = name }.ConnectionString),
    .. secrets,
];

// For one machine. The defaults are for the internet: https only, public addresses only.
static IEnumerable<KeyValuePair<string, string>> ForShop(Child warehouse) =>
[
    new("Warehouse:Url", warehouse.Url),
    new("Webhooks:AllowInsecureUrls", "true"),
    new("Webhooks:Addresses:AllowLoopback", "true"),
];
