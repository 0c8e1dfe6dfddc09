namespace QuickStart;

/// <summary>Where a person may look next.</summary>
internal static class NextSteps
{
    public static string Describe(Database database) => $"""

        Where to look next
          samples/QuickStart/Program.cs         the host: store, event catalog, settings
          samples/QuickStart/OrderSimulator.cs  publishing, with ids that make it safe to repeat
          samples/QuickStart/EndpointSetup.cs   endpoints and their secrets
          samples/QuickStart/Receiver.cs        the other side: verifying signatures, knowing duplicates
          docs/architecture.md                  the way of an event
          {(database.IsKept ? $"{database.Path}: start again with --keep, nothing is published twice" : "--keep: keeps the database; kill the program and start it again to see it finish")}
        """;
}
