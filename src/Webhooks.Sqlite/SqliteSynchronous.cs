namespace Webhooks.Sqlite;

/// <summary>When a commit counts as durable (<c>PRAGMA synchronous</c>). The file itself survives everything in both modes.</summary>
public enum SqliteSynchronous
{
    /// <summary>
    /// Once it is on the disk: a publish that returned survives a power failure. Publishes that meet share one wait for the disk.
    /// </summary>
    Full = 0,

    /// <summary>
    /// Once the operating system has it. It survives a crash or kill of the process, but a power failure or a crash of the
    /// operating system may take back the last commits: events whose publish had returned, and outcomes, which are then
    /// attempted again.
    /// </summary>
    Normal = 1,
}
