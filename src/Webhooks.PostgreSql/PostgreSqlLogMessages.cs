using Microsoft.Extensions.Logging;

namespace Webhooks.PostgreSql;

/// <summary>What this package logs.</summary>
internal static partial class PostgreSqlLogMessages
{
    [LoggerMessage(1100, LogLevel.Information, "Webhooks are stored in PostgreSQL, schema {Schema}, tables of version {Version}.")]
    public static partial void Initialized(this ILogger logger, string schema, int version);

    [LoggerMessage(1101, LogLevel.Warning, "Listening to PostgreSQL's notifications failed; trying again in {Pause}. The dispatcher polls meanwhile.")]
    public static partial void ListeningFailed(this ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(1102, LogLevel.Error, "Making partitions ahead of time failed; trying again at the next turn.")]
    public static partial void MaintenanceFailed(this ILogger logger, Exception exception);
}
