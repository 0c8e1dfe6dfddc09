namespace Webhooks.Sqlite;

/// <summary>The settings of the SQLite store. They are checked when the host starts.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>
    /// Where the file is: a connection string of Microsoft.Data.Sqlite such as <c>Data Source=webhooks.db</c>. It may be a
    /// database that the host has already; the tables' names start with <c>webhook_</c>. In-memory databases and read-only
    /// modes are refused, and the keywords Cache and Pooling are ignored. Required.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>
    /// How long a write waits for another process that writes to the same file, 0 to 10 minutes. Default: 30 seconds.
    /// </summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When a commit counts as durable. Default: <see cref="SqliteSynchronous.Full"/>.</summary>
    public SqliteSynchronous Synchronous { get; set; } = SqliteSynchronous.Full;
}
