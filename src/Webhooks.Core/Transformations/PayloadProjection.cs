namespace Webhooks.Transformations;

/// <summary>
/// Which parts of payloads an endpoint gets, and under which names: at most 100 places in all, each a JSON Pointer (RFC 6901) such as
/// <c>/data/customer</c> of at most 512 characters and 16 names. A number names an element of an array, or a member of that name. A
/// place that a payload does not have does not matter.
/// </summary>
/// <remarks>Places are those of the payload as it comes in: what is included is cut out first, then what is excluded, then members are renamed.</remarks>
public sealed record PayloadProjection
{
    /// <summary>The only places that are kept, with the objects and arrays that lead to them. Default: none, which keeps all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Places that are left out. Default: none.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// Members of objects with their new names, 1 to 128 characters. A member that has the new name already is left out. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Rename { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
