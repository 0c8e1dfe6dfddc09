using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Webhooks.Benchmarks;

/// <summary>
/// The shortest time over the baseline's: what else runs on a machine makes times longer and never shorter, so that of all
/// ratios this one depends the least on it.
/// </summary>
internal sealed class LowestRatioColumn : BaselineCustomColumn
{
    public override string Id => nameof(LowestRatioColumn);

    public override string ColumnName => "Min ratio";

    public override int PriorityInCategory => 0;

    public override bool IsNumeric => true;

    public override UnitType UnitType => UnitType.Dimensionless;

    public override string Legend => "Min over the baseline's";

    public override string GetValue(
        Summary summary,
        BenchmarkCase benchmarkCase,
        Statistics baseline,
        IReadOnlyDictionary<string, Metric> baselineMetric,
        Statistics current,
        IReadOnlyDictionary<string, Metric> currentMetric,
        bool isBaseline) => (current.Min / baseline.Min).ToString("F2", CultureInfo.InvariantCulture);
}
