namespace Webhooks.TestKit;

/// <summary>Where the repository is that the running tests were built from.</summary>
public static class Repository
{
    /// <summary>What deterministic builds put in place of the root in the paths of source files.</summary>
    private const string MappedRoot = "/_/";

    /// <summary>The folder of the solution file, above the tests' binaries.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Turns a path that the compiler gave for a source file into the file's path on this machine.</summary>
    public static string SourcePath(string callerFilePath) =>
        callerFilePath.StartsWith(MappedRoot, StringComparison.Ordinal)
            ? Path.Combine(Root, callerFilePath[MappedRoot.Length..])
            : callerFilePath;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("*.sln").Length == 0)
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"No solution file in or above '{AppContext.BaseDirectory}'.");
    }
}
