using System.Globalization;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class OrderTests(ITestOutputHelper output)
{
    private const int Kills = 4;

    /// <summary>How many requests come between two kills at least.</summary>
    private const int RequestsBetweenKills = 25;

    /// <summary>Far more than it takes: after each kill the line waits for a lease of 10 seconds to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task An_ordered_endpoint_gets_its_events_in_order_from_SQLite_though_the_process_is_killed_again_and_again()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TempFolder();
        await using var receiver = await OrderedReceiver.StartAsync();
        var database = Path.Combine(folder.Path, "order.db");
        var promised = new List<int>();
        var first = 1;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var host = Start(folder, database, receiver.Url, $"{first}");
            await WhenReceivedAsync(receiver, receiver.Requests.Count + RequestsBetweenKills + Random.Shared.Next(10), patience.Token);
            var said = await host.KillAsync(patience.Token);
            promised.AddRange(NumbersThatAre("promised", said));
            first = NumbersThatAre("trying", said).Max() + 1;
        }

        using (var host = Start(folder, database, receiver.Url))
        {
            await host.WaitForLineAsync(line => line is "drained", patience.Token);
            await host.KillAsync(patience.Token);
        }

        receiver.ShouldHaveKeptOrder(promised, output);
    }

    private static ChildProcess Start(TempFolder folder, string database, string url, params string[] first) =>
        ChildProcess.Start("Webhooks.Crash.Host.dll", folder.Path, ["ordered", database, url, .. first]);

    private static async Task WhenReceivedAsync(OrderedReceiver receiver, int count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        while (receiver.Requests.Count < count)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static IEnumerable<int> NumbersThatAre(string word, IReadOnlyList<string> said) => said
        .Where(line => line.StartsWith(word + " ", StringComparison.Ordinal))
        .Select(line => int.Parse(line[(word.Length + 1)..], CultureInfo.InvariantCulture));
}
