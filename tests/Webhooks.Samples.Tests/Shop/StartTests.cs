using Webhooks.TestKit;

namespace Webhooks.Samples.Tests.Shop;

public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5), TimeProvider.System);

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_command_starts_database_shop_and_warehouse_and_ends_all_of_it_when_it_is_interrupted()
    {
        using var start = ChildProcess.Start("Shop.Start.dll", _folder.Path);
        await start.WaitForLineAsync(line => line.Contains("order.placed of order") && line.StartsWith("Warehouse", StringComparison.Ordinal), _patience.Token);
        await start.WaitForLineAsync(line => line.Contains("order.paid of order"), _patience.Token);
        var shop = await start.WaitForLineAsync(line => line.StartsWith("Shop       http", StringComparison.Ordinal), _patience.Token);
        var url = shop.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        using var client = new HttpClient();
        (await client.GetStringAsync(url, _patience.Token)).Should().Contain("order.placed");

        await start.InterruptAsync(_patience.Token);
        var said = await start.WaitForExitAsync(_patience.Token);

        start.ExitCode.Should().Be(0, await start.DescribeAsync());
        said[^1].Should().Be("Everything has ended.");
        said.Should().NotContain(line => line.Contains("fail:"));
        await client.Invoking(c => c.GetStringAsync(url, _patience.Token)).Should().ThrowAsync<HttpRequestException>("nothing is left over");
    }
}
