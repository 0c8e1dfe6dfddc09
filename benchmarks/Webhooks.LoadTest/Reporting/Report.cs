using System.Globalization;

namespace Webhooks.LoadTest.Reporting;

/// <summary>The figures of a run: shown as they come, and appended to a file.</summary>
internal sealed class Report(TextWriter output, string? jsonFile)
{
    private readonly List<Figure> _figures = [];

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>Whether a check has failed; a missed goal is no failure.</summary>
    public bool HasFailedCheck => _figures.Exists(static figure => figure is { IsCheck: true, IsMet: false });

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        Say(FigureTable.Line(figure));
        JsonLines.Append(jsonFile, figure);
    }

    public void Say(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <summary>Says what the figures that follow were measured on.</summary>
    public void Add(RunEnvironment environment)
    {
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"commit {environment.Commit}, {environment.Cores} cores, {environment.Runtime}, {environment.System}"));
        JsonLines.Append(jsonFile, environment);
    }
}
