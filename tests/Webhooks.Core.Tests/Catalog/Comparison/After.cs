using System.Text.Json.Serialization;

namespace Webhooks.Core.Tests.Catalog.Comparison;

internal sealed record After(
    int Added,
    string? NowNull,
    string NeverNull,
    string OtherType,
    int OnlyWhole,
    Guid Format,
    IReadOnlyList<After.Line> Lines,
    Dictionary<string, string> Map,
    After.Colors Color,
    After.Sizes Size,
    After.Means Payment)
{
    internal sealed record Line(string Note)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Sku { get; init; }
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Colors>))]
    internal enum Colors
    {
        Red,
        Blue,
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Sizes>))]
    internal enum Sizes
    {
        Small,
    }

    [JsonDerivedType(typeof(Card), "card")]
    [JsonDerivedType(typeof(Cheque), "cheque")]
    internal abstract record Means;

    internal sealed record Card(string Number) : Means;

    internal sealed record Cheque(int Amount) : Means;
}
