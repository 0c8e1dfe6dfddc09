namespace Webhooks.AspNetCore.Management.OpenApi;

/// <summary>A query parameter of an operation.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Format">The format of a string, such as <c>date-time</c>; null for none.</param>
/// <param name="Words">The values that it can have; none for any.</param>
internal sealed record QueryParameter(string Name, string Description, string? Format = null, IReadOnlyList<string>? Words = null)
{
    public static readonly QueryParameter Limit = new("limit", "The most rows of the page.");

    public static readonly QueryParameter Cursor = new("cursor", "The cursor that the page before gave; none for the first page.");

    public static readonly QueryParameter EventType = new("eventType", "Only of this event type.");

    public static readonly QueryParameter Since = new("since", "Only of this time or later, by RFC 3339.", "date-time");

    public static readonly QueryParameter Until = new("until", "Only before this time, by RFC 3339.", "date-time");

    public static QueryParameter Choice<T>(string name, string description)
        where T : struct, Enum => new(name, description, Words: [.. Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)]);
}
