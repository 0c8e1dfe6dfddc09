using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Webhooks.Sqlite.Connections;

/// <summary>Says what SQLite's errors mean and what to do.</summary>
internal static class SqliteErrors
{
    /// <summary>Whether the file is not a database, or a damaged one.</summary>
    public static bool IsDamaged(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT;

    public static WebhookStoreException Explain(SqliteException exception, string path)
    {
        var problem = exception.SqliteErrorCode switch
        {
            raw.SQLITE_NOTADB => $"'{path}' is not a SQLite database. Nothing was changed. Name another file, or move this one away.",
            raw.SQLITE_CORRUPT => $"The SQLite database '{path}' is damaged. Restore it from a backup, or try the '.recover' of SQLite's shell.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                $"Another process keeps '{path}' locked for longer than {nameof(SqliteStoreOptions)}.{nameof(SqliteStoreOptions.BusyTimeout)}. "
                + "Nothing was changed.",
            raw.SQLITE_FULL => $"There is no room left on the disk of '{path}'. Nothing was changed.",
            raw.SQLITE_READONLY => $"'{path}' or its directory can only be read. Give this process the right to write both.",
            raw.SQLITE_CANTOPEN => CannotOpen(path),
            _ => $"SQLite failed on '{path}'.",
        };
        return new WebhookStoreException($"{problem} ({exception.Message})", exception);
    }

    private static string CannotOpen(string path)
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a directory. Name a file.";
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        return directory is not null && !Directory.Exists(directory)
            ? $"'{path}' cannot be opened: the directory '{directory}' does not exist. Create it first."
            : $"'{path}' cannot be opened. Check that this process may read and write the file and its directory.";
    }
}
