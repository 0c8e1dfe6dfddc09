namespace Webhooks.TestKit;

/// <summary>An empty folder that goes with the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("webhooks-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
