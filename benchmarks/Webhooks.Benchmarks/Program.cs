using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Webhooks.Benchmarks;

// In this process: a project that is made for the purpose would have to be found, restored and built first.
var config = DefaultConfig.Instance
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"))
    .AddColumn(StatisticColumn.Min, StatisticColumn.Median, new LowestRatioColumn())
    .HideColumns(Column.Mean, Column.Error, Column.StdDev, Column.Ratio, Column.RatioSD, Column.AllocRatio, Column.Gen0)
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator());

BenchmarkSwitcher.FromAssembly(typeof(SigningBenchmarks).Assembly).Run(args, config);
