namespace Webhooks.Sqlite.Tests;

/// <summary>A directory of its own for each test.</summary>
internal sealed class TempDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webhooks-sqlite-");

    public string File(string name = "webhooks.db") => Path.Combine(_directory.FullName, name);

    public Dictionary<string, byte[]> ReadAll() =>
        _directory.GetFiles().ToDictionary(file => file.Name, file => System.IO.File.ReadAllBytes(file.FullName), StringComparer.Ordinal);

    public void Dispose() => _directory.Delete(recursive: true);
}
