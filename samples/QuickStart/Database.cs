namespace QuickStart;

/// <summary>The file that the webhooks are kept in: in a temporary folder, unless it is to be kept.</summary>
internal sealed class Database : IDisposable
{
    private readonly DirectoryInfo? _temporaryFolder;

    public Database(bool keep)
    {
        _temporaryFolder = keep ? null : Directory.CreateTempSubdirectory("webhooks-quickstart-");
        Path = System.IO.Path.GetFullPath("quickstart.db", _temporaryFolder?.FullName ?? Environment.CurrentDirectory);
    }

    public bool IsKept => _temporaryFolder is null;

    public string Path { get; }

    public void Dispose() => _temporaryFolder?.Delete(recursive: true);
}
