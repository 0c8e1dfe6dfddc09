using System.Runtime;
using Webhooks.LoadTest.Receiving;

namespace Webhooks.LoadTest.Sending;

/// <summary>
/// Runs something before it is measured, until the runtime has compiled it: what is compiled meanwhile takes a processor away from
/// what is measured, and on a slow machine that lasts for many seconds.
/// </summary>
internal static class RunIn
{
    /// <summary>However much is compiled: there is an end.</summary>
    private const int MostPhases = 8;

    /// <summary>What is compiled in a phase that hardly counts.</summary>
    private const int FewMethods = 30;

    /// <summary>The runtime waits 100 ms for others that become hot before it compiles a method again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How many methods this process has compiled, again and again if they were hot.</summary>
    public static long CompiledMethods => JitInfo.GetCompiledMethodCount();

    /// <summary>Runs a load in.</summary>
    public static Task RunAsync(ILoad load, ReceiverProcess receiver, TimeSpan phase) => RunAsync(
        () => Phase.MeasureAsync(load, receiver, phase), static () => Task.FromResult(CompiledMethods), phase);

    /// <summary>Runs a phase again and again.</summary>
    /// <param name="phase">What is run.</param>
    /// <param name="countCompiled">Counts the methods that were compiled for it.</param>
    /// <param name="length">How long a phase is: where it is too short to measure anything, one is enough.</param>
    public static async Task RunAsync(Func<Task> phase, Func<Task<long>> countCompiled, TimeSpan length)
    {
        if (length < Pause)
        {
            await phase();
            return;
        }

        var before = await countCompiled();
        for (var i = 0; i < MostPhases; i++)
        {
            await phase();
            await Task.Delay(Pause, TimeProvider.System);
            var after = await countCompiled();
            if (after - before < FewMethods)
            {
                return;
            }

            before = after;
        }
    }
}
