using System.Reflection;
using BenchmarkDotNet.Running;
using Webhooks.Benchmarks;

namespace Webhooks.LoadTest.Tests;

/// <summary>Each micro-benchmark once, so that those who want to measure find it working.</summary>
public sealed class BenchmarkTests
{
    private static readonly BenchmarkCase[] Cases =
    [
        .. typeof(SigningBenchmarks).Assembly.GetExportedTypes()
            .SelectMany(static type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases),
    ];

    public static TheoryData<string> Names { get; } = [.. Cases.Select(Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_benchmark_runs(string name)
    {
        var benchmark = Cases.Single(benchmark => Name(benchmark) == name);
        var descriptor = benchmark.Descriptor;
        var instance = Activator.CreateInstance(descriptor.Type);
        foreach (var parameter in benchmark.Parameters.Items)
        {
            descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        await InvokeAsync(descriptor.GlobalSetupMethod);
        await InvokeAsync(descriptor.IterationSetupMethod);
        try
        {
            await InvokeAsync(descriptor.WorkloadMethod);
        }
        finally
        {
            await InvokeAsync(descriptor.IterationCleanupMethod);
            await InvokeAsync(descriptor.GlobalCleanupMethod);
        }

        async Task InvokeAsync(MethodInfo? method)
        {
            if (method?.Invoke(instance, parameters: null) is Task task)
            {
                await task;
            }
        }
    }

    [Fact]
    public void A_measured_signature_is_valid()
    {
        var benchmarks = new SigningBenchmarks { Bytes = 512 };
        benchmarks.SetUp();

        benchmarks.Verify().IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_measured_with_SQLite_takes_effect()
    {
        var benchmarks = new SqliteBenchmarks { Batch = 3 };
        await benchmarks.SetUp();
        try
        {
            benchmarks.StoreDue();
            (await benchmarks.Claim()).Deliveries.Should().HaveCount(3);

            benchmarks.StoreLeased();
            (await benchmarks.Complete()).Should().Equal(true, true, true);
        }
        finally
        {
            benchmarks.CleanUp();
        }
    }

    private static string Name(BenchmarkCase benchmark) =>
        $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name} {benchmark.Parameters.PrintInfo}";
}
