using System.ComponentModel;
using Webhooks.Transformations;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>Which parts of payloads an endpoint gets, as bodies have it.</summary>
internal sealed record ProjectionInput
{
    [Description("The only places that are kept, as JSON Pointers (RFC 6901), with what leads to them; none for all.")]
    public IReadOnlyList<string>? Include { get; init; }

    [Description("Places that are left out.")]
    public IReadOnlyList<string>? Exclude { get; init; }

    [Description("Members with their new names, by their places.")]
    public IReadOnlyDictionary<string, string>? Rename { get; init; }

    public static ProjectionInput? Of(PayloadProjection? projection) => projection is null
        ? null
        : new() { Include = projection.Include, Exclude = projection.Exclude, Rename = projection.Rename };

    public PayloadProjection ToProjection() => new()
    {
        Include = Include ?? [],
        Exclude = Exclude ?? [],
        Rename = Rename ?? new Dictionary<string, string>(StringComparer.Ordinal),
    };
}
