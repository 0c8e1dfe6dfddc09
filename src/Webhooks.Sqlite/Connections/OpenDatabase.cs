namespace Webhooks.Sqlite.Connections;

/// <summary>A file that is open.</summary>
internal sealed record OpenDatabase(string Path, WriteQueue Writer, ReadPool Readers) : IDisposable
{
    /// <summary>The writer is the last to close: it then moves the log into the file and removes the log.</summary>
    public void Dispose()
    {
        Readers.Dispose();
        Writer.Dispose();
    }
}
