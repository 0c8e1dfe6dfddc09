using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Webhooks.PostgreSql;

/// <summary>The rules of <see cref="PostgreSqlStoreOptions"/>.</summary>
internal sealed partial class PostgreSqlStoreOptionsValidator : IValidateOptions<PostgreSqlStoreOptions>
{
    public static IReadOnlyList<WebhookValidationError> FindErrors(PostgreSqlStoreOptions options)
    {
        var errors = new List<WebhookValidationError>();
        if (!IsSchema(options.Schema))
        {
            errors.Add(new("schema", "name", options.Schema, "is a name of 1 to 40 of a-z, 0-9 and '_' that starts with no digit."));
        }

        var hours = options.PartitionLength.TotalHours;
        if (hours is < 1 or > 31 * 24 || hours % 1 != 0)
        {
            errors.Add(new("partitionLength", "range", options.PartitionLength.ToString(), "is a time of whole hours, from 1 hour to 31 days."));
        }

        if (options.CommandTimeout < TimeSpan.FromSeconds(1) || options.CommandTimeout > TimeSpan.FromMinutes(10))
        {
            errors.Add(new("commandTimeout", "range", options.CommandTimeout.ToString(), "is a time from 1 second to 10 minutes."));
        }

        return errors;
    }

    public static bool IsSchema(string? name) => name is not null && SchemaName().IsMatch(name);

    public ValidateOptionsResult Validate(string? name, PostgreSqlStoreOptions options)
    {
        var errors = FindErrors(options);
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{nameof(PostgreSqlStoreOptions)}.{error}"));
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,39}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SchemaName();
}
