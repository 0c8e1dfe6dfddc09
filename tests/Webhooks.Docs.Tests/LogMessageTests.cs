using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.PostgreSql;
using Webhooks.Sqlite;
using Webhooks.TestKit;

namespace Webhooks.Docs.Tests;

public sealed partial class LogMessageTests
{
    /// <summary>What a log message may name: ids, numbers and words of the library's own, and the place of a store.</summary>
    private static readonly string[] Harmless =
    [
        "Address", "Count", "DeliveryId", "EndpointId", "Error", "FailingSince", "Failure", "Handler", "Header", "Host", "JobId", "Length", "MaxBodyBytes", "MaxLength",
        "MessageId", "Number", "Owner", "Path", "Pause", "Port", "Problem", "Reason", "Receipt", "Remaining", "Replayed", "Route", "Schema", "Sender", "Skipped", "StatusCode", "TenantId",
        "Until", "Version",
    ];

    private static readonly LoggerMessageAttribute[] Messages =
    [
        .. new[] { typeof(WebhooksOptions), typeof(WebhooksBuilderAspNetCoreExtensions), typeof(SqliteWebhookStore), typeof(PostgreSqlWebhookStore) }
            .SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>(),
    ];

    [Fact]
    public void Every_log_message_is_documented_with_its_event_id()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "observability.md"));

        Row().Matches(document).Select(row => row.Groups["text"].Value)
            .Should().BeEquivalentTo(Messages.Select(message => $"{message.EventId} | {message.Level} | {message.Message}"));
    }

    [Fact]
    public void Every_log_message_has_an_event_id_of_its_own() =>
        Messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems().And.OnlyContain(id => id >= 100);

    [Fact]
    public void No_log_message_names_what_could_be_a_secret() =>
        Messages.SelectMany(message => Placeholder().Matches(message.Message).Select(match => match.Groups["name"].Value))
            .Should().BeSubsetOf(Harmless);

    [GeneratedRegex(@"^\| (?<text>\d+ \| .+) \|\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\{(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
