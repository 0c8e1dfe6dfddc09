using System.Text.Json.Serialization;

namespace Webhooks.Core.Tests.Catalog.Comparison;

internal sealed record Before(
    int Gone,
    string NowNull,
    string? NeverNull,
    int OtherType,
    double OnlyWhole,
    DateTime Format,
    IReadOnlyList<Before.Line> Lines,
    Dictionary<string, int> Map,
    Before.Colors Color,
    Before.Sizes Size,
    Before.Means Payment)
{
    internal sealed record Line(string Sku)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Note { get; init; }
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Colors>))]
    internal enum Colors
    {
        Red,
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Sizes>))]
    internal enum Sizes
    {
        Small,
        Large,
    }

    [JsonDerivedType(typeof(Card), "card")]
    [JsonDerivedType(typeof(Cash), "cash")]
    internal abstract record Means;

    internal sealed record Card(string Digits) : Means;

    internal sealed record Cash(int Amount) : Means;
}
