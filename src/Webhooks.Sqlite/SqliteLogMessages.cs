using Microsoft.Extensions.Logging;

namespace Webhooks.Sqlite;

/// <summary>What this package logs.</summary>
internal static partial class SqliteLogMessages
{
    [LoggerMessage(
        EventId = 1000,
        Level = LogLevel.Information,
        Message = "Webhooks are stored in the SQLite database {Path}, tables of version {Version}.")]
    public static partial void Opened(ILogger logger, string path, int version);
}
