namespace QuickStart;

/// <summary>Where a person may look next.</summary>
internal static class NextSteps
{
    public static string Describe(Database database, bool isStopped)
    {
        if (isStopped)
        {
            return "Stopped before the end." + (database.IsKept ? " Start it again with --keep to finish." : "");
        }

        var restart = database.IsKept
            ? "start it again: nothing is published twice"
            : "keep the database; kill the program, start it again, and see it finish";
        return $"""

            Where to look next
              samples/QuickStart/Program.cs         the host: store, event catalog, settings
              samples/QuickStart/OrderSimulator.cs  publishing, with ids that make it safe to repeat
              samples/QuickStart/EndpointSetup.cs   endpoints and their secrets
              samples/QuickStart/Receiver.cs        the other side: verifying signatures, knowing duplicates
              docs/architecture.md                  the way of an event through the library
              --keep                                {restart}
            """;
    }
}
