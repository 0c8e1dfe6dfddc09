using System.Net.Http.Json;
using System.Text.Json;

namespace Shop.Start;

/// <summary>People who order, pay, and sometimes change their minds: a step every half second.</summary>
internal static class Customers
{
    private static readonly string[] Articles = ["sourdough", "rye bread", "tulips", "peonies"];

    public static IReadOnlyList<string> Merchants { get; } = ["bakery", "florist"];

    public static async Task OrderAsync(string shop, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = new Uri(shop) };
        for (var number = 0; ; number++)
        {
            var article = Articles[number % Articles.Length];
            var orders = $"/merchants/{Merchants[number % Articles.Length / 2]}/orders";
            using var placed = await client.PostAsJsonAsync(orders, new { article, quantity = 1 + (number % 3) }, ct);
            placed.EnsureSuccessStatusCode();
            var id = (await placed.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id");
            string[] steps = number % 4 == 3 ? ["cancel"] : ["pay", "ship"];
            foreach (var step in steps)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, ct);
                using var changed = await client.PostAsync($"{orders}/{id}/{step}", content: null, ct);
                changed.EnsureSuccessStatusCode();
            }
        }
    }
}
