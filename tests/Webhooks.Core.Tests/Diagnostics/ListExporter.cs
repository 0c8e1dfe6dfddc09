using System.Collections.Concurrent;
using OpenTelemetry;

namespace Webhooks.Core.Tests.Diagnostics;

/// <summary>Exports into a list, each item as what is wanted of it: an SDK uses its objects again.</summary>
internal sealed class ListExporter<T, TSeen>(Func<T, IEnumerable<TSeen>> see) : BaseExporter<T>
    where T : class
{
    private readonly ConcurrentQueue<TSeen> _seen = [];

    public IReadOnlyList<TSeen> Seen => [.. _seen];

    public override ExportResult Export(in Batch<T> batch)
    {
        foreach (var item in batch)
        {
            foreach (var seen in see(item))
            {
                _seen.Enqueue(seen);
            }
        }

        return ExportResult.Success;
    }
}
