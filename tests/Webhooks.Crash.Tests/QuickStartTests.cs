using System.Globalization;
using Webhooks.TestKit;

namespace Webhooks.Crash.Tests;

public sealed class QuickStartTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(100), TimeProvider.System);

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_delivers_everything_and_its_sums_are_right()
    {
        using var quickStart = Start();

        var said = await quickStart.WaitForExitAsync(_patience.Token);

        quickStart.ExitCode.Should().Be(0, await quickStart.DescribeAsync());
        Sum(said, "published").Should().Be(1_000);
        Sum(said, "delivered").Should().BeGreaterThan(1_000, "the flaky endpoint gets every event of its shop as well");
        Sum(said, "retried").Should().BeGreaterThan(600, "the flaky receiver fails twice for each event");
        Sum(said, "verified").Should().BeGreaterThan(1_600);
        Sum(said, "failed").Should().BePositive("one receiver hangs and one is gone");
        said.Should().Contain(line => line.Contains("florist/gone") && line.Contains("disabled"));
        said.Should().NotContain(line => line.Contains("WRONG"));
        Directory.EnumerateFileSystemEntries(_folder.Path).Should().BeEmpty("the database was deleted");
    }

    [Fact]
    public async Task Killed_and_started_again_with_its_database_it_finishes_and_publishes_nothing_twice()
    {
        using (var killed = Start("--keep"))
        {
            await killed.WaitForLineAsync(IsProgress, _patience.Token);
            await killed.KillAsync(_patience.Token);
        }

        using var second = Start("--keep");
        var said = await second.WaitForExitAsync(_patience.Token);
        second.ExitCode.Should().Be(0, await second.DescribeAsync());
        said.Should().Contain(line => line.StartsWith("Waiting for leases of the killed run"));
        Sum(said, "published").Should().Be(1_000);

        using var third = Start("--keep");
        said = await third.WaitForExitAsync(_patience.Token);
        third.ExitCode.Should().Be(0, await third.DescribeAsync());
        said.Should().Contain(line => line.Contains("1,000 of them by an earlier run"));
        Sum(said, "verified").Should().Be(0, "nothing was left to send");
    }

    [Fact]
    public async Task Interrupted_it_stops_cleanly_and_its_next_run_waits_for_no_lease()
    {
        using (var interrupted = Start("--keep"))
        {
            await interrupted.WaitForLineAsync(IsProgress, _patience.Token);
            await interrupted.InterruptAsync(_patience.Token);
            var said = await interrupted.WaitForExitAsync(_patience.Token);
            interrupted.ExitCode.Should().Be(1, "the sums are not complete");
            said.Should().Contain("Stopped before the end. Start it again with --keep to finish.");
        }

        using var next = Start("--keep");
        await next.WaitForLineAsync(IsProgress, _patience.Token);
        (await next.KillAsync(_patience.Token)).Should().NotContain(line => line.StartsWith("Waiting for leases"));
    }

    [Theory]
    [InlineData("--kep")]
    [InlineData("--keep", "--keep")]
    public async Task Arguments_that_it_does_not_know_get_the_usage(params string[] arguments)
    {
        using var quickStart = Start(arguments);

        await quickStart.WaitForExitAsync(_patience.Token);

        quickStart.ExitCode.Should().Be(2);
        (await quickStart.DescribeAsync()).Should().StartWith("Usage: ");
    }

    private static bool IsProgress(string line) => line.Contains(" events published, ");

    private ChildProcess Start(params string[] arguments) => ChildProcess.Start("QuickStart.dll", _folder.Path, arguments);

    /// <summary>The number in the line that starts with a word and has a number behind it.</summary>
    private static int Sum(IReadOnlyList<string> said, string word) => said
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words is [var first, ..] && string.Equals(first, word, StringComparison.Ordinal))
        .Select(words => int.Parse(words[1].Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))
        .Single();
}
