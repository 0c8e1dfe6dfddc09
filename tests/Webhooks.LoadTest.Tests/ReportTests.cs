using Webhooks.LoadTest.Reporting;

namespace Webhooks.LoadTest.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-report-");

    private string JsonFile => Path.Combine(_folder.FullName, "figures.jsonl");

    [Fact]
    public async Task A_figure_is_a_line_of_JSON()
    {
        new Report(TextWriter.Null, JsonFile)
            .Add(new Figure("throughput", "postgres", "fan-out 1", "ratio_to_ceiling", 0.78, Goal.AtLeast(0.75), "ratio", IsCheck: false));

        (await File.ReadAllTextAsync(JsonFile)).Should().Be(
            """{"scenario":"throughput","store":"postgres","variant":"fan-out 1","figure":"ratio_to_ceiling","value":0.78,"goal":">=0.75","met":true,"unit":"ratio"}"""
            + "\n");
    }

    [Fact]
    public async Task What_could_not_be_measured_has_no_value_and_meets_no_goal()
    {
        new Report(TextWriter.Null, JsonFile)
            .Add(new Figure("peers", "postgres", "", "ratio", 1 / 0.0, Goal.AtLeast(5), "ratio", IsCheck: false));

        (await File.ReadAllTextAsync(JsonFile)).Should().Contain("\"value\":null").And.Contain("\"met\":false");
    }

    [Fact]
    public void A_missed_goal_is_no_failure_and_a_failed_check_is_one()
    {
        var report = new Report(TextWriter.Null, jsonFile: null);

        report.Add(new Figure("idle", "postgres", "", "statements", 13, Goal.AtMost(12), "statements", IsCheck: false));
        report.HasFailedCheck.Should().BeFalse();

        report.Add(new Figure("idle", "postgres", "", "lost", 1, Goal.None, "count", IsCheck: true));
        report.HasFailedCheck.Should().BeTrue();
    }

    [Fact]
    public async Task A_table_has_the_newest_of_each_figure_and_the_checks_that_failed()
    {
        var document = Path.Combine(_folder.FullName, "document.md");
        await File.WriteAllTextAsync(document, "before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nbehind\n");
        var report = new Report(TextWriter.Null, JsonFile);
        report.Add(new Figure("latency", "memory", "v", "p50", 3, Goal.AtMost(2), "ms", IsCheck: false));
        report.Add(new Figure("latency", "memory", "v", "p50", 1.5, Goal.AtMost(2), "ms", IsCheck: false));
        report.Add(new Figure("latency", "memory", "v", "lost", 0, Goal.None, "count", IsCheck: true));
        report.Add(new Figure("latency", "memory", "v", "doubled", 2, Goal.None, "count", IsCheck: true));

        (await Harness.RunAsync(["table", JsonFile, document], TextWriter.Null)).Should().Be(0);

        (await File.ReadAllTextAsync(document)).Should().Be(
            $"""
            before
            <!-- figures: begin -->
            {FigureTable.Head}
            | latency | memory | v | p50 | 1.50 | ms | <=2 | yes |
            | latency | memory | v | doubled | 2.00 | count | =0 | **no** |

            Checks that were 0, as they must be, are left out: 1.
            <!-- figures: end -->
            behind

            """);
    }

    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("throughput", "memroy")]
    [InlineData("publish", "memory")]
    [InlineData("idle", "--seconds", "-1")]
    [InlineData("idle", "--json")]
    public async Task A_wrong_command_line_is_explained(params string[] arguments)
    {
        using var output = new StringWriter();

        (await Harness.RunAsync(arguments, output)).Should().Be(2);

        output.ToString().Should().Contain("usage:").And.Contain("throughput");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
