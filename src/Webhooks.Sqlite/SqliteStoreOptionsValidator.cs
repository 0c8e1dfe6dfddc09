using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Webhooks.Sqlite;

/// <summary>The rules of <see cref="SqliteStoreOptions"/>.</summary>
internal sealed class SqliteStoreOptionsValidator : IValidateOptions<SqliteStoreOptions>
{
    private static readonly TimeSpan MaxBusyTimeout = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<WebhookValidationError> FindErrors(SqliteStoreOptions options)
    {
        var errors = new List<WebhookValidationError>();
        if (FindConnectionStringError(options.ConnectionString) is var (rule, message))
        {
            // The value is not repeated: a connection string may hold a password.
            errors.Add(new("connectionString", rule, value: null, message));
        }

        if (options.BusyTimeout < TimeSpan.Zero || options.BusyTimeout > MaxBusyTimeout)
        {
            errors.Add(new("busyTimeout", "range", options.BusyTimeout.ToString(), "is a time from 0 to 10 minutes."));
        }

        if (!Enum.IsDefined(options.Synchronous))
        {
            errors.Add(new("synchronous", "enum", options.Synchronous.ToString(), "is Full or Normal."));
        }

        return errors;
    }

    public ValidateOptionsResult Validate(string? name, SqliteStoreOptions options)
    {
        var errors = FindErrors(options);
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{nameof(SqliteStoreOptions)}.{error}"));
    }

    private static (string Rule, string Message)? FindConnectionStringError(string connectionString)
    {
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException exception)
        {
            return ("format", $"is a connection string of Microsoft.Data.Sqlite. {exception.Message}");
        }

        if (IsInMemory(builder))
        {
            return ("file", "names a file ('Data Source=webhooks.db'). To keep webhooks in memory, leave UseSqlite out.");
        }

        return builder.Mode == SqliteOpenMode.ReadOnly
            ? ("writable", "opens the file for writing: leave 'Mode=ReadOnly' out.")
            : null;
    }

    /// <summary>SQLite takes an empty name for a temporary database, which is gone with its connection too.</summary>
    private static bool IsInMemory(SqliteConnectionStringBuilder builder) =>
        string.IsNullOrWhiteSpace(builder.DataSource)
        || builder.Mode == SqliteOpenMode.Memory
        || builder.DataSource.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase)
        || builder.DataSource.Contains("mode=memory", StringComparison.OrdinalIgnoreCase)
        || builder.DataSource.StartsWith("file::memory:", StringComparison.OrdinalIgnoreCase);
}
