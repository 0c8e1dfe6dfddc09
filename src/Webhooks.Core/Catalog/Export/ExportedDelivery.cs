using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using Webhooks.Dispatching;

namespace Webhooks.Catalog.Export;

/// <summary>What every receiver has to know of how events come.</summary>
/// <param name="Options">The host's settings.</param>
/// <param name="Headers">The headers of requests.</param>
internal sealed record ExportedDelivery(WebhooksOptions Options, IReadOnlyList<ExportedHeader> Headers)
{
    public const string Accepted = "Taken. The beginning of the answer is kept in the sender's log and has no other effect.";

    public const string Gone = "Nobody is here any more: the endpoint is disabled, and nothing more is sent to it.";

    public const string NotNow = "Not now: the event is sent again, and nothing is sent to the endpoint before the time that Retry-After names.";

    public const string RetryAfter = "How long to wait, in seconds or as a date (RFC 9110, section 10.2.3).";

    /// <summary>The waits before retries.</summary>
    public IReadOnlyList<TimeSpan> Delays => Options.Retry.Delays is { } delays ? [.. delays] : RetrySchedule.Default.Delays;

    public string Failed =>
        "Anything else is a failure, redirects too, and so is no answer within "
        + $"{Text(Options.Dispatcher.AttemptTimeout)}. "
        + (Delays.Count == 0 ? "It is not sent again." : $"The event is sent again after {string.Join(", ", Delays.Select(Text))}, counted from the attempt before.");

    public const string Summary =
        "Events are posted as JSON and come at least once: the same event may come again, with the same id, so receivers remember the ids of "
        + "those that they have handled. Events may come in another order than they happened.";

    /// <summary>The same for programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["attemptTimeout"] = XmlConvert.ToString(Options.Dispatcher.AttemptTimeout),
        ["retryDelays"] = new JsonArray([.. Delays.Select(static delay => (JsonNode)XmlConvert.ToString(delay))]),
        ["retryJitter"] = Options.Retry.Jitter,
        ["maxRetryAfter"] = XmlConvert.ToString(Options.Retry.MaxRetryAfter),
        ["delivery"] = "at-least-once",
    };

    private static string Text(TimeSpan time)
    {
        (TimeSpan Unit, string Name)[] units =
        [
            (TimeSpan.FromDays(1), "d"), (TimeSpan.FromHours(1), "h"), (TimeSpan.FromMinutes(1), "min"), (TimeSpan.FromSeconds(1), "s"),
        ];
        var (unit, name) = Array.Find(units, unit => time >= unit.Unit && time.Ticks % unit.Unit.Ticks == 0) is { Name: not null } whole
            ? whole
            : (TimeSpan.FromSeconds(1), "s");
        return string.Create(CultureInfo.InvariantCulture, $"{time / unit:0.###} {name}");
    }
}
