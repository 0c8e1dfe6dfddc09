namespace QuickStart;

/// <summary>Shows how far the run is, until everything is delivered, given up or held.</summary>
internal sealed class Progress(OrderSimulator simulator, ReceiverServer server, DeliveryLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A terminal gets a line that changes; a file or a pipe gets a new line every so many intervals.</summary>
    private const int IntervalsPerPlainLine = 8;

    /// <summary>Far more than it takes: what is open then stays open, and the sums say so.</summary>
    private const int MostIntervals = 480;

    /// <returns>False when the program is asked to stop before that.</returns>
    public async Task<bool> ShowUntilDoneAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var interval = 1; interval <= MostIntervals; interval++)
            {
                // In this order: what is published after the look at the log must not be missed.
                var isAllPublished = simulator.IsDone;
                var open = await log.ListOpenAsync(stopping);
                var isDone = isAllPublished && open.Count == 0;
                Show(Describe(open.Count), isDone || interval % IntervalsPerPlainLine == 0);
                if (isDone)
                {
                    break;
                }

                await timer.WaitForNextTickAsync(stopping);
            }

            return true;
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
        var published = simulator.Published + simulator.AlreadyPublished;
        var requests = server.Receivers.Sum(receiver => receiver.Requests);
        var accepted = server.Receivers.Sum(receiver => receiver.Accepted.Count);
        return $"{published:N0} of {OrderSimulator.EventCount:N0} events published, "
            + $"{requests:N0} requests, {accepted:N0} accepted, {open:N0} open";
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
