using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Webhooks.Signing;
using Webhooks.TestKit;

namespace Webhooks.Samples.Tests.Shop;

/// <summary>The shop and the warehouse as processes, on databases of the test's own.</summary>
internal sealed class ShopRig : IAsyncDisposable
{
    /// <summary>Enough to outlast an answer of a busy machine that comes too late: the default has pauses of minutes.</summary>
    private static readonly string[] Retries = [.. Enumerable.Range(0, 50).Select(static number => $"--Webhooks:Retry:Delays:{number}=00:00:00.200")];

    private readonly string _id = Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture);
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5), TimeProvider.System);
    private readonly PostgreSqlServer _server;
    private readonly string _warehouseUrl;
    private ChildProcess? _shop;

    private ShopRig(PostgreSqlServer server, ChildProcess? warehouse, string? partnerUrl)
    {
        _server = server;
        Warehouse = warehouse!;
        _warehouseUrl = partnerUrl ?? "";
    }

    public static WebhookSecret Secret { get; } = WebhookSecret.Generate();

    public CancellationToken Patience => _patience.Token;

    public ChildProcess Warehouse { get; private set; }

    public ChildProcess Shop => _shop!;

    public HttpClient Client { get; private set; } = new();

    /// <summary>Starts a warehouse, or takes a partner's URL for one, and no shop yet.</summary>
    public static async Task<ShopRig> StartAsync(string? partnerUrl = null)
    {
        var rig = new ShopRig(await PostgreSqlServer.Shared, warehouse: null, partnerUrl);
        if (partnerUrl is null)
        {
            rig.Warehouse = rig.Start("Warehouse", "warehouse", "--urls", "http://127.0.0.1:0");
        }

        return rig;
    }

    /// <summary>Starts the shop on the database of the test.</summary>
    public async Task StartShopAsync(params string[] settings)
    {
        var warehouse = _warehouseUrl.Length > 0 ? _warehouseUrl : await UrlAsync(Warehouse);
        _shop?.Dispose();
        _shop = Start(
            "Shop",
            "shop",
            [
                "--urls=http://127.0.0.1:0", $"--Warehouse:Url={warehouse}", "--Webhooks:AllowInsecureUrls=true",
                "--Webhooks:Addresses:AllowLoopback=true", "--Webhooks:Dispatcher:AttemptTimeout=00:00:03",
                "--Webhooks:Dispatcher:LeaseDuration=00:00:10", "--Webhooks:Dispatcher:PollInterval=00:00:01",
                "--Webhooks:CircuitBreaker:Enabled=false", .. Retries, .. settings,
            ]);
        Client.Dispose();
        Client = new HttpClient { BaseAddress = new Uri(await UrlAsync(_shop)) };
    }

    /// <summary>Kills the shop at once.</summary>
    public Task KillShopAsync() => Shop.KillAsync(Patience);

    /// <summary>Places an order at the bakery.</summary>
    public async Task<Guid> PlaceAsync(string article = "rye bread", CancellationToken cancellationToken = default)
    {
        using var response = await Client.PostAsJsonAsync("/merchants/bakery/orders", new { article, quantity = 2 }, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetGuid();
    }

    /// <summary>Changes an order of the bakery.</summary>
    public Task<HttpResponseMessage> ChangeAsync(Guid order, string step, CancellationToken cancellationToken = default) =>
        Client.PostAsync($"/merchants/bakery/orders/{order}/{step}", content: null, cancellationToken);

    /// <summary>Waits until the warehouse says that it has handled an event.</summary>
    public Task HandledAsync(string eventType, Guid order) =>
        Warehouse.WaitForLineAsync(line => line.Contains($"{eventType} of order {order} at the bakery.", StringComparison.Ordinal), Patience);

    /// <summary>Waits until nothing is to be sent any more.</summary>
    public async Task DrainAsync()
    {
        // What goes on in other processes has no signal that a test could wait for.
        while ((await ReadAsync("shop", "SELECT count(*)::text FROM webhooks.pending")).Single() != "0")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Patience);
        }
    }

    /// <summary>The events that the orders have to have, as their status tells: type and order.</summary>
    public Task<IReadOnlyList<string>> OrdersAsync() => ReadAsync(
        "shop",
        """
        SELECT type || ' ' || "Id" FROM orders, unnest(CASE "Status"
          WHEN 'Placed' THEN ARRAY['order.placed']
          WHEN 'Paid' THEN ARRAY['order.placed', 'order.paid']
          WHEN 'Shipped' THEN ARRAY['order.placed', 'order.paid', 'order.shipped']
          WHEN 'Canceled' THEN ARRAY['order.placed', 'order.canceled'] END) AS type
        """);

    /// <summary>The events that were stored: type and order.</summary>
    public Task<IReadOnlyList<string>> EventsAsync() => ReadAsync(
        "shop", "SELECT event_type || ' ' || (convert_from(payload, 'UTF8')::json -> 'data' ->> 'orderId') FROM webhooks.messages");

    /// <summary>The events that the warehouse has handled: type and order.</summary>
    public Task<IReadOnlyList<string>> HandledAsync() =>
        ReadAsync("warehouse", """SELECT "Type" || ' ' || "OrderId" FROM handled_messages""");

    /// <summary>Ends what the killed shop's connections were about: a commit may still be under way.</summary>
    public Task EndConnectionsAsync() => ReadAsync(
        "postgres", $"SELECT pg_terminate_backend(pid, 10000)::text FROM pg_stat_activity WHERE datname = '{Name("shop")}' AND pid <> pg_backend_pid()");

    /// <summary>Opens a connection to the shop's database.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString("shop"));
        await connection.OpenAsync(Patience);
        return connection;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync(Patience);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync(Patience);
        var read = new List<string>();
        while (await rows.ReadAsync(Patience))
        {
            read.Add(rows.GetString(0));
        }

        return read;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _shop?.Dispose();
        if (_warehouseUrl.Length == 0)
        {
            Warehouse.Dispose();
        }

        foreach (var database in new[] { "shop", "warehouse" })
        {
            await using var drop = _server.DataSource.CreateCommand($"DROP DATABASE IF EXISTS {Name(database)} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync();
        }

        _patience.Dispose();
        _folder.Dispose();
    }

    private ChildProcess Start(string program, string database, params string[] settings) => ChildProcess.Start(
        $"{program}.dll",
        _folder.Path,
        [
            $"--ConnectionStrings:{program}={ConnectionString(database)}", $"--Warehouse:Secrets:bakery={Secret.Reveal()}",
            $"--Warehouse:Secrets:florist={Secret.Reveal()}", .. settings,
        ]);

    private async Task<string> UrlAsync(ChildProcess process)
    {
        const string Listening = "Now listening on: ";
        var line = await process.WaitForLineAsync(line => line.Contains(Listening, StringComparison.Ordinal), Patience);
        return line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim();
    }

    private string Name(string database) => database is "postgres" ? database : $"{database}_{_id}";

    private string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = Name(database), Pooling = false }.ConnectionString;
}
