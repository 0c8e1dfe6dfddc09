using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Catalog;

/// <summary>A form that an event's data had before, for endpoints that still want it.</summary>
public sealed record EventVersion
{
    /// <summary>The version of the catalog that brought it: 1 to 32 of <c>A-Z a-z 0-9 _ - .</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is different in it, for people. Default: none.</summary>
    public string? Description { get; init; }

    /// <summary>The type of the data in this version.</summary>
    public required Type DataType { get; init; }

    /// <summary>How the data is serialised; null for the way that <see cref="Publishing.WebhookJsonOptions"/> have.</summary>
    public JsonTypeInfo? JsonTypeInfo { get; init; }

    /// <summary>Examples of the data. Default: none.</summary>
    public IReadOnlyList<EventExample> Examples { get; init; } = [];

    /// <summary>Makes the data of this version of that of the next newer one.</summary>
    public required Func<object, object> Convert { get; init; }
}
