using System.Runtime.InteropServices;

namespace Webhooks.LoadTest.Reporting;

/// <summary>The memory of this process after a full collection.</summary>
/// <param name="Heap">The bytes of the managed heap.</param>
/// <param name="WorkingSet">The bytes of the whole process.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MemoryReading(long Heap, long WorkingSet)
{
    public static MemoryReading Take()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new MemoryReading(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
