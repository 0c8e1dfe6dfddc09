namespace Webhooks.LoadTest;

/// <summary>The repository that the harness was built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution file, above the binaries.</summary>
    public static string Root { get; } = FindRoot();

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
