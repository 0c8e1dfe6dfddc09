namespace QuickStart;

/// <summary>Shows how far the run is, until everything is delivered, given up or held.</summary>
internal sealed class Progress(OrderSimulator simulator, ReceiverServer server, DeliveryLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A terminal gets a line that changes; a file or a pipe gets a new line every so many intervals.</summary>
    private const int IntervalsPerPlainLine = 4;

    /// <summary>Shows a line every now and then.</summary>
    /// <returns>False when the program is asked to stop before everything is done.</returns>
    public async Task<bool> ShowUntilDoneAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var interval = 1; ; interval++)
            {
                // In this order: what is published after the look at the log must not be missed.
                var isAllPublished = simulator.IsDone;
                var open = await log.ListOpenAsync(stopping);
                var isDone = isAllPublished && open.Count == 0;
                Show(Describe(open.Count), isDone || interval % IntervalsPerPlainLine == 0);
                if (isDone)
                {
                    return true;
                }

                await timer.WaitForNextTickAsync(stopping);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            EndLine();
        }
    }

    private string Describe(int open)
    {
        var receivers = server.Receivers;
        var requests = receivers.Sum(receiver => receiver.Verified + receiver.Refused);
        var accepted = receivers.Sum(receiver => receiver.AcceptedCount);
        return $"published {simulator.Published + simulator.AlreadyPublished:N0} of {OrderSimulator.EventCount:N0}"
            + $" | requests {requests:N0} | accepted {accepted:N0} | still open {open:N0}";
    }

    private static void Show(string line, bool isPlainLineDue)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.Write($"\r{line.PadRight(78)}");
        }
        else if (isPlainLineDue)
        {
            Console.WriteLine(line);
        }
    }

    private static void EndLine()
    {
        if (!Console.IsOutputRedirected)
        {
            Console.WriteLine();
        }
    }
}
